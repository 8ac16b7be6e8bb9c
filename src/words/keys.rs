//! `/account/keys`.

pub struct Keys {
    pub title: &'static str,
    /// Where nothing can be made yet, and the way to change that.
    pub prove: &'static str,
    pub prove_link: &'static str,
    pub api_keys: Section,
    pub private_tokens: Section,
    /// Above the field for what an API key is called, which may be left empty.
    pub description: &'static str,
    pub name: &'static str,
    pub life: &'static str,
    pub days: fn(u64) -> String,
    /// With its last moment.
    pub longest: fn(&str) -> String,
    pub made: &'static str,
    pub until: &'static str,
    pub until_taken_back: &'static str,
    pub ended: &'static str,
    pub expired: &'static str,
    pub used: &'static str,
    pub unused: &'static str,
    pub delete: &'static str,
    /// With what it is called, and when it was made.
    pub delete_this: fn(&str, &str) -> String,
    pub delete_warning: &'static str,
    /// Above a new one, by how long it can be seen.
    pub shown_once: &'static str,
    pub shown_a_while: &'static str,
    pub shown_always: &'static str,
    pub header: &'static str,
    pub done: &'static str,
}

/// A kind of key.
pub struct Section {
    pub title: &'static str,
    pub about: &'static str,
    /// In place of a list that is empty.
    pub none: &'static str,
    pub make: &'static str,
    /// Above one that has just been made.
    pub new: &'static str,
    /// The line of a request it is sent in.
    pub header: &'static str,
}
