//! The layering holds: each layer uses only those below it, and restricted items stay where they belong.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The layers, from the lowest up.
const FLOORS: [&str; 7] = ["words", "domain", "ports", "store", "flows", "web", "cloudflare"];

/// The files of a folder and its subfolders.
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

/// Writes made with a session, a key or a token go through that actor's transaction, which writes nothing once the actor has
/// ended.
#[test]
fn an_actor_acts_by_transactions_of_its_own() {
    let mut acting = 0;
    let flows = sources("flows").into_iter().filter(|(path, _)| !path.ends_with("transaction.rs"));
    for (path, source) in flows {
        let code = code(&source);
        for function in code.split("fn ").skip(1) {
            let (signature, body) = function.split_once('{').unwrap_or((function, ""));
            let actors = ["SignedIn", "Caller", "TokenOwner", "Maker", "&impl Actor"];
            let acts = ["actions.rs", "clients.rs", "reset_factors.rs"].iter().any(|file| path.ends_with(file));
            let is_admin = acts && path.parent().unwrap().ends_with("admin") && signature.contains("&self");
            if actors.iter().any(|actor| signature.contains(actor)) || is_admin {
                let ways =
                    ["Transaction::by(", "Transaction::end_session_by(", "revoke_all::by(", "transaction::read("];
                acting += usize::from(ways.iter().any(|way| body.contains(way)));
                for way_around in [
                    "ctx.commit(",
                    "platform.batch(",
                    "Transaction::new(",
                    "Transaction::end_session(",
                    "Transaction::counted(",
                    "Transaction::unconditional(",
                ] {
                    let name = signature.split('(').next().unwrap();
                    assert!(!body.contains(way_around), "{name} of {} calls {way_around}", path.display());
                }
            }
        }
    }
    assert!(acting > 10, "{acting} flows act");
}

/// Every file as a module, with the modules it uses: `domain::crypto::jws` and so on.
fn uses() -> BTreeMap<String, BTreeSet<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let name = |path: &Path| {
        let parts: Vec<_> = path.strip_prefix(&root).unwrap().iter().map(|part| part.to_str().unwrap()).collect();
        parts.join("::").trim_end_matches(".rs").to_owned()
    };
    let all: Vec<_> =
        FLOORS.iter().flat_map(|floor| sources(floor)).map(|(path, text)| (name(&path), code(&text))).collect();
    let modules: BTreeSet<_> = all.iter().map(|(module, _)| module.clone()).collect();
    let used = |module: &str, code: &str| {
        let statements = code.split("use crate::").skip(1).filter_map(|rest| rest.split_once(';'));
        let paths = statements.flat_map(|(tree, _)| paths(&tree.split_whitespace().collect::<String>()));
        // A path may name an item of a module or of one of its submodules.
        let of = |path: String| {
            let ends = path.match_indices("::").map(|(end, _)| end).chain([path.len()]);
            ends.map(|end| path[..end].to_owned()).filter(|start| modules.contains(start)).last()
        };
        paths.filter_map(of).filter(|other| other != module).collect()
    };
    all.iter().map(|(module, code)| (module.clone(), used(module, code))).collect()
}

/// The paths of a `use` tree without spaces: `a::{b,c::{d,e}}` is `a::b`, `a::c::d` and `a::c::e`.
fn paths(tree: &str) -> Vec<String> {
    let Some((start, rest)) = tree.split_once('{') else {
        return vec![tree.trim_end_matches("::self").to_owned()];
    };
    let inner = rest.strip_suffix('}').unwrap();
    let mut depth = 0;
    let parts = inner.split(|character| {
        depth += i32::from(character == '{') - i32::from(character == '}');
        character == ',' && depth == 0
    });
    parts.filter(|part| !part.is_empty()).flat_map(|part| paths(&format!("{start}{part}"))).collect()
}

/// A dependency cycle through this module, if there is one.
fn circle(uses: &BTreeMap<String, BTreeSet<String>>, start: &str) -> Option<Vec<String>> {
    let mut ways = vec![vec![start.to_owned()]];
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop() {
        for next in uses.get(way.last().unwrap()).into_iter().flatten() {
            let longer = [way.as_slice(), std::slice::from_ref(next)].concat();
            if next == start {
                return Some(longer);
            }
            if seen.insert(next.clone()) {
                ways.push(longer);
            }
        }
    }
    None
}

#[test]
fn no_file_uses_itself_by_way_of_others() {
    let uses = uses();
    assert!(uses.values().map(BTreeSet::len).sum::<usize>() > 1000, "the files use each other");
    for module in uses.keys() {
        assert_eq!(circle(&uses, module), None);
    }
}

/// The folders of each layer, from the lowest up. An unlisted layer has no folders that could use those above them.
const FOLDERS: [(&str, &[&str]); 3] = [
    (
        "domain",
        &[
            "text",
            "crypto",
            "accounts",
            "tokens",
            "sessions",
            "oauth",
            "identity_providers",
            "devices",
            "credentials",
            "passkeys",
            "mail",
            "settings",
        ],
    ),
    ("flows", &["authentication", "sign_in", "oauth", "accounts", "identity_providers", "admin"]),
    ("web", &["http", "compat", "oauth", "api", "pages"]),
];

#[test]
fn a_folder_uses_only_those_beneath_it_in_its_floor() {
    for (module, others) in uses() {
        let place = |module: &str| {
            let mut parts = module.split("::");
            let (floor, folder) = (parts.next()?, parts.next()?);
            parts.next()?; // a file beside the folders belongs to no folder
            let (_, folders) = FOLDERS.iter().find(|(known, _)| *known == floor)?;
            let height = folders.iter().position(|known| *known == folder);
            Some((floor.to_owned(), height.unwrap_or_else(|| panic!("{floor}/{folder} has no place in FOLDERS"))))
        };
        let Some((floor, height)) = place(&module) else { continue };
        for other in others {
            let reaches_up = place(&other).is_some_and(|(of, above)| of == floor && above > height);
            assert!(!reaches_up, "{module} reaches up to {other}");
        }
    }
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
fn durations_live_in_policy() {
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
            // Lists for reference, not for reading through.
            let most = match path.file_name().and_then(|name| name.to_str()) {
                Some("policy.rs") => 700,
                Some("router.rs") => 360,
                _ => 320,
            };
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

/// Every name between backticks or quotes in the last column of the table must be a test.
#[test]
fn the_security_table_names_tests_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |folder: &str| {
        files(&root.join(folder)).map(|path| fs::read_to_string(path).unwrap_or_default()).collect::<String>()
    };
    let code = ["src/domain", "src/web", "tests/native", "tests/workerd", "tests/browser"].map(read).concat();
    let table = fs::read_to_string(root.join("docs/contribute/SECURITY.md")).unwrap();
    let rows = table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| |"));
    let mut named = 0;
    for row in rows {
        let tests = row.rsplit('|').nth(1).unwrap();
        for name in tests.split(['`', '"']).skip(1).step_by(2) {
            let spellings = [
                format!("fn {name}()"),
                format!("test('{name}'"),
                format!("test(\"{name}\""),
                format!("test(`{name}${{"), // one of several created in a loop
            ];
            assert!(spellings.iter().any(|spelling| code.contains(spelling)), "no test is called {name}");
            named += 1;
        }
    }
    assert!(named > 80, "{named} tests are named");
}

/// Parts that others need run with them.
#[test]
fn the_workflow_runs_every_part_of_the_checks() {
    let read = |file: &str| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    let (checks, workflow) = (read(".ci/checks.mjs"), read(".github/workflows/ci.yml"));
    let until = |end: char, text: &str| text.split(end).next().unwrap().to_owned();
    let names = |list: &str| list.split(", ").map(|name| name.trim_matches('\'').to_owned()).collect::<Vec<_>>();

    let parts = checks.lines().filter_map(|line| line.split_once(": { command:"));
    let parts: BTreeSet<_> = parts.flat_map(|(before, _)| names(before.rsplit(' ').next().unwrap())).collect();
    let needed: BTreeSet<_> = checks.split("needs: [").skip(1).flat_map(|rest| names(&until(']', rest))).collect();
    let (_, matrix) = workflow.split_once("part: [").unwrap();
    let run: BTreeSet<_> = names(&until(']', matrix)).into_iter().collect();
    assert_eq!(run, &parts - &needed);
}
