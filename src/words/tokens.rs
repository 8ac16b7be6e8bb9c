//! The texts of each kind of token for programs. "API Key" and "Regenerate" are the portal's own terms.

/// The texts of every kind, and of every part of `/account/keys`.
pub struct Tokens {
    pub api_key: TokenTexts,
    pub private: TokenTexts,
    pub portal: TokenTexts,
    pub portal_key: TokenTexts,
    pub api_keys: Section,
    pub private_tokens: Section,
    pub portal_keys: Section,
}

/// A kind of token.
pub struct TokenTexts {
    /// In administrators' lists.
    pub kind: &'static str,
    /// In emails. Takes what tells it apart: the part of it that may be shown, or the time it was created.
    pub described: fn(&str) -> String,
    /// In its user's list, if it has no name.
    pub unnamed: Option<&'static str>,
}

/// A part of `/account/keys`.
pub struct Section {
    pub title: &'static str,
    pub about: &'static str,
    /// In place of an empty list.
    pub none: &'static str,
    pub create: &'static str,
    /// Title above a new one.
    pub new: &'static str,
    /// The header it is sent in.
    pub header: &'static str,
}
