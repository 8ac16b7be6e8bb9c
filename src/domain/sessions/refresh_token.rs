//! Refresh tokens: `sid ‖ generation ‖ HMAC(K_refresh, sid ‖ generation)[..16]`.
//!
//! The table holds the generation only. Every token of a session, past and future, can be derived from its row, so that fifty
//! parallel refreshes get the same response.

use crate::domain::crypto::keyring::{Keyring, Purpose};
use crate::domain::crypto::stamp;
use crate::domain::id::Id;
use crate::domain::sessions::session::Session;

const PREFIX: &str = "ghr_";

/// A genuine refresh token. Whether its generation is the current one is in the session's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    pub session: Id<Session>,
    /// 0 at sign-in, one more with every refresh.
    pub generation: u32,
}

impl RefreshToken {
    pub fn spell(&self, keys: &Keyring) -> String {
        stamp::spell(keys, Purpose::Refresh, PREFIX, &message(self.session, self.generation))
    }

    pub fn read(keys: &Keyring, token: &str) -> Option<Self> {
        let message: [u8; 20] = stamp::read(keys, Purpose::Refresh, PREFIX, token)?;
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
            assert_eq!(RefreshToken::read(&keys, &token.spell(&keys)), Some(token));
        }
        assert_eq!(RefreshToken::read(&keys, ""), None);
    }
}
