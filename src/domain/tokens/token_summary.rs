//! A token as emails describe it.

use serde::{Deserialize, Serialize};

use crate::domain::id::Id;
use crate::domain::timestamp::Timestamp;
use crate::domain::tokens::api_token::{ApiToken, TokenKind, mask_api_key};
use crate::words::emails::Fillings;

/// A token as emails describe it, in any language. It contains no user input: the creator of a key must not choose the text
/// of an email to its owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenSummary {
    Token {
        id: Id<ApiToken>,
        kind: TokenKind,
        made_at: String,
    },
    /// The tokens beyond those that an email lists.
    Older,
    /// The English text in emails that an older version queued.
    #[serde(untagged)]
    Described(String),
}

impl TokenSummary {
    pub fn of(id: Id<ApiToken>, kind: TokenKind, made_at: Timestamp) -> Self {
        Self::Token { id, kind, made_at: made_at.whole_seconds().to_string() }
    }

    pub fn describe(&self, words: &Fillings) -> String {
        match self {
            Self::Token { id, kind: TokenKind::ApiKey, .. } => (words.api_key)(&mask_api_key(*id)),
            Self::Token { kind: TokenKind::Private, made_at, .. } => (words.private_token)(made_at),
            Self::Token { kind: TokenKind::Portal | TokenKind::PortalKey, made_at, .. } => {
                (words.portal_token)(made_at)
            }
            Self::Older => words.older_keys.to_owned(),
            Self::Described(text) => text.clone(),
        }
    }
}
