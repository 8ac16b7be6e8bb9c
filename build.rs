//! Leaves out of `docs/openapi.json` the space that people read it by, a third of it: an isolate keeps what remains.

use std::path::Path;
use std::{env, error::Error, fs};

const DOCUMENT: &str = "docs/openapi.json";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={DOCUMENT}");
    let folder = env::var("OUT_DIR")?;
    fs::write(Path::new(&folder).join("openapi.json"), minified(&fs::read_to_string(DOCUMENT)?))?;
    Ok(())
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
