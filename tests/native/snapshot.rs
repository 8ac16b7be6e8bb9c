//! Snapshots: texts that are reviewed as a whole. `tests/README.md` says how.

use std::collections::{BTreeMap, BTreeSet};

use insta::Settings;

/// Compares texts with those in `snapshots/<folder>/`: one file each, and no other file there.
pub fn assert_folder(folder: &str, texts: &BTreeMap<String, String>) {
    let mut settings = Settings::new();
    settings.set_snapshot_path(format!("snapshots/{folder}"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (name, text) in texts {
        settings.bind(|| insta::assert_snapshot!(name.as_str(), masked(text)));
    }
    let path = format!("{}/tests/native/snapshots/{folder}", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(path).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let kept: BTreeSet<_> = files.filter(|file| file.ends_with(".snap")).collect();
    let expected: BTreeSet<_> = texts.keys().map(|name| format!("{name}.snap")).collect();
    assert_eq!(kept, expected, "a snapshot of nothing: delete the file");
}

/// Without what is random: ids and keys, and tokens but for their kind.
fn masked(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let mut rest = text;
    let mut masked = String::new();
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c| is_part(c) != is_part(first)).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        rest = after;
        match run.as_bytes() {
            [b'g', b'h', _, b'_', ..] => masked.extend([&run[..4], "…"]),
            id if id.len() >= 16 && id.iter().any(u8::is_ascii_digit) => masked.push_str("<id>"),
            _ => masked.push_str(run),
        }
    }
    masked
}
