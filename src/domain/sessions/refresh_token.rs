//! Refresh tokens: `sid ‖ generation ‖ HMAC(K_refresh, sid ‖ generation)[..16]`.
//!
//! The table holds the generation only. Every token of a session, past and future, can be derived from its row, so that fifty
//! parallel refreshes get the same response.

use crate::domain::crypto::keyring::{Keyring, Purpose};
use crate::domain::crypto::stamp;
use crate::domain::id::Id;
use crate::domain::sessions::session::Session;

/// Whose refresh tokens: neither is accepted where the other is, by construction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefreshKind {
    /// Of this service's own sessions.
    Own,
    /// Of a client's.
    Client,
}

impl RefreshKind {
    const fn spelling(self) -> (Purpose, &'static str) {
        match self {
            Self::Own => (Purpose::Refresh, "ghr_"),
            Self::Client => (Purpose::ClientRefresh, "ghcr_"),
        }
    }
}

/// A genuine refresh token. Whether its generation is the current one is in the session's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    pub session: Id<Session>,
    /// 0 at sign-in, one more with every refresh.
    pub generation: u32,
}

impl RefreshToken {
    pub fn spell(&self, keys: &Keyring, kind: RefreshKind) -> String {
        let (purpose, prefix) = kind.spelling();
        stamp::spell(keys, purpose, prefix, &message(self.session, self.generation))
    }

    pub fn read(keys: &Keyring, kind: RefreshKind, token: &str) -> Option<Self> {
        let (purpose, prefix) = kind.spelling();
        let message: [u8; 20] = stamp::read(keys, purpose, prefix, token)?;
        let (session, generation) = message.split_first_chunk::<16>()?;
        let generation = u32::from_be_bytes(*generation.first_chunk::<4>()?);
        Some(Self { session: Id::from_bytes(*session), generation })
    }
}

/// The stamped message. It identifies one generation of one session unambiguously, because both parts have fixed lengths.
pub fn message(session: Id<Session>, generation: u32) -> [u8; 20] {
    let mut message = [0; 20];
    for (to, from) in message.iter_mut().zip(session.bytes().iter().chain(&generation.to_be_bytes())) {
        *to = *from;
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::crypto::keyring::AppKey;

    #[test]
    fn a_token_names_its_session_and_generation() {
        let keys = Keyring::new(AppKey::parse("0123456789abcdef0123456789abcdef").unwrap(), vec![]);
        for generation in [0, 1, 0x0102_0304, u32::MAX] {
            let token = RefreshToken { session: Id::from_bytes([9; 16]), generation };
            for (kind, other) in [(RefreshKind::Own, RefreshKind::Client), (RefreshKind::Client, RefreshKind::Own)] {
                let spelled = token.spell(&keys, kind);
                assert_eq!(RefreshToken::read(&keys, kind, &spelled), Some(token));
                assert_eq!(RefreshToken::read(&keys, other, &spelled), None);
            }
        }
        assert_eq!(RefreshToken::read(&keys, RefreshKind::Own, ""), None);
    }
}
