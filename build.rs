//! Makes what an isolate keeps smaller: `docs/openapi.json` without the space that people read it by, a third of it, and the
//! assets of pages without indentation and comments.

use std::path::Path;
use std::{env, error::Error, fs};

const DOCUMENT: &str = "docs/openapi.json";
/// No line of them continues a string.
const ASSETS: [&str; 3] = ["page.css", "page.js", "passkeys.js"];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::var("OUT_DIR")?;
    shrink(DOCUMENT, &Path::new(&folder).join("openapi.json"), minified)?;
    for asset in ASSETS {
        shrink(&format!("src/web/http/{asset}"), &Path::new(&folder).join(asset), trimmed)?;
    }
    Ok(())
}

fn shrink(from: &str, to: &Path, how: fn(&str) -> String) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={from}");
    Ok(fs::write(to, how(&fs::read_to_string(from)?))?)
}

/// JSON without the space between its tokens.
fn minified(json: &str) -> String {
    let (mut quoted, mut escaped) = (false, false);
    let mut kept = |letter: &char| {
        let keeps = quoted || !letter.is_whitespace();
        quoted ^= *letter == '"' && !escaped;
        escaped = quoted && *letter == '\\' && !escaped;
        keeps
    };
    json.chars().filter(|letter| kept(letter)).collect()
}

/// CSS or JavaScript without indentation, empty lines, and lines that are a comment.
fn trimmed(code: &str) -> String {
    let is_comment = |line: &str| line.starts_with("//") || (line.starts_with("/*") && line.ends_with("*/"));
    let lines = code.lines().map(str::trim).filter(|line| !line.is_empty() && !is_comment(line));
    lines.collect::<Vec<_>>().join("\n")
}
