//! The floors of the house hold: each uses only those beneath it, and what may not leak does not.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};

/// From the ground up.
const FLOORS: [&str; 7] = ["words", "domain", "ports", "store", "flows", "web", "cloudflare"];

/// The files of a folder and of all folders in it.
fn files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let (mut folders, mut found) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.into_iter()
}

fn sources(floor: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(floor);
    let code = files(&folder).filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    code.map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

/// The code of a file without its unit tests and comments.
fn code(source: &str) -> String {
    let (code, _) = source.split_once("#[cfg(test)]").unwrap_or((source, ""));
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_floor_uses_only_the_floors_beneath_it() {
    for (height, floor) in FLOORS.iter().enumerate() {
        for (path, source) in sources(floor) {
            for above in FLOORS.iter().skip(height + 1) {
                let name = format!("crate::{above}");
                assert!(!code(&source).contains(&name), "{} reaches up to {above}", path.display());
            }
            for way_around in ["crate::{", "super::super"] {
                assert!(!code(&source).contains(way_around), "{} names floors by {way_around}", path.display());
            }
        }
    }
}

/// What a session, a key or a token does goes through `flows::transaction`, which has it do nothing once that has ended.
#[test]
fn who_acts_by_what_can_end_acts_through_one_door() {
    let mut acting = 0;
    for (path, source) in sources("flows").into_iter().filter(|(path, _)| !path.ends_with("transaction.rs")) {
        let code = code(&source);
        for function in code.split("fn ").skip(1) {
            let (signature, body) = function.split_once('{').unwrap_or((function, ""));
            let actors = ["SignedIn", "Caller", "TokenOwner", "Maker", "&impl Actor"];
            let is_admin = path.ends_with("admin/actions.rs") && signature.contains("&self");
            if actors.iter().any(|actor| signature.contains(actor)) || is_admin {
                acting += usize::from(body.contains("transaction::"));
                for way_around in ["ctx.win", "platform.batch("] {
                    let name = signature.split('(').next().unwrap();
                    assert!(!body.contains(way_around), "{name} of {} calls {way_around}", path.display());
                }
            }
        }
    }
    assert!(acting > 10, "{acting} flows act");
}

#[test]
fn sql_is_written_in_store_only() {
    for floor in ["domain", "flows", "web", "cloudflare"] {
        for (path, source) in sources(floor) {
            for word in ["SELECT ", "INSERT INTO", "DELETE FROM", "UPDATE "] {
                assert!(!code(&source).contains(word), "{} contains {word}", path.display());
            }
        }
    }
}

#[test]
fn numbers_of_the_house_live_in_policy() {
    for floor in FLOORS {
        for (path, source) in sources(floor) {
            let durations = code(&source).matches("Duration::from_").count();
            let allowed = ["policy.rs", "env_reader.rs", "timestamp.rs"].iter().any(|file| path.ends_with(file));
            assert!(durations == 0 || allowed, "{} has a duration of its own", path.display());
        }
    }
}

#[test]
fn files_can_be_read_in_one_sitting() {
    for floor in FLOORS {
        for (path, source) in sources(floor) {
            let lines = source.lines().count();
            // The numbers are a list: it is looked up, not read.
            let most = if path.ends_with("policy.rs") { 450 } else { 320 };
            assert!(lines <= most, "{} has {lines} lines", path.display());
        }
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    for floor in FLOORS {
        for (path, source) in sources(floor) {
            assert!(source.starts_with("//! "), "{} does not say what it is for", path.display());
        }
    }
}

/// What stands between backticks or quotes in the last column of the table and is no test would be a promise nobody keeps.
#[test]
fn the_security_table_names_tests_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |folder: &str| {
        files(&root.join(folder)).map(|path| fs::read_to_string(path).unwrap_or_default()).collect::<String>()
    };
    let code = ["src/domain", "src/web", "tests/native", "tests/workerd", "tests/browser"].map(read).concat();
    let table = fs::read_to_string(root.join("docs/SECURITY.md")).unwrap();
    let rows = table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| |"));
    let mut named = 0;
    for row in rows {
        let tests = row.rsplit('|').nth(1).unwrap();
        for name in tests.split(['`', '"']).skip(1).step_by(2) {
            let spellings = [
                format!("fn {name}()"),
                format!("test('{name}'"),
                format!("test(\"{name}\""),
                format!("test(`{name}${{"), // one of several that a loop makes
            ];
            assert!(spellings.iter().any(|spelling| code.contains(spelling)), "no test is called {name}");
            named += 1;
        }
    }
    assert!(named > 80, "{named} tests are named");
}
