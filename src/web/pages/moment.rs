//! Moments, as people read them.

use maud::{Markup, html};

use crate::domain::timestamp::Timestamp;

/// To the minute in UTC. The script says it in the reader's own time.
pub fn moment(at: Timestamp) -> Markup {
    html! { time datetime=(at.whole_seconds()) { (in_words(at)) } }
}

/// The same where there is room for words only.
pub fn in_words(at: Timestamp) -> String {
    let exact = at.whole_seconds().to_string();
    let minute: String = exact.chars().take("2026-11-22T12:01".len()).collect();
    format!("{} UTC", minute.replace('T', " "))
}
