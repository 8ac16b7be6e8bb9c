//! Times on pages: in UTC, until the script converts them to the reader's time zone and format.

use maud::{Markup, html};

use crate::domain::timestamp::Timestamp;

/// `<time datetime="2026-11-22T12:01:07Z">2026-11-22 12:01 UTC</time>`
pub fn time(at: Timestamp) -> Markup {
    html! { time datetime=(at.whole_seconds()) { (in_words(at)) } }
}

/// The same text where markup is not possible.
pub fn in_words(at: Timestamp) -> String {
    let exact = at.whole_seconds().to_string();
    let (minute, _) = exact.rsplit_once(':').unwrap_or_default();
    format!("{} UTC", minute.replace('T', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_to_the_minute_and_told_to_the_second() {
        let written = time(Timestamp::from_millis(1_780_000_000_123)).into_string();
        assert_eq!(written, r#"<time datetime="2026-05-28T20:26:40Z">2026-05-28 20:26 UTC</time>"#);
    }
}
