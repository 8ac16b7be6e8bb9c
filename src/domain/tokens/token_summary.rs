//! A token as emails describe it.

use serde::{Deserialize, Serialize};

use crate::domain::id::Id;
use crate::domain::timestamp::Timestamp;
use crate::domain::tokens::api_token::{ApiToken, TokenKind};
use crate::words::catalogue::Words;

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

    pub fn describe(&self, words: &Words) -> String {
        match self {
            Self::Token { id, kind, made_at } => {
                let described = kind.texts(words).described;
                kind.spec().mask.map_or_else(|| described(made_at), |mask| described(&mask(*id)))
            }
            Self::Older => words.emails.fillings.older_keys.to_owned(),
            Self::Described(text) => text.clone(),
        }
    }
}
