//! Challenges of passkey ceremonies. A challenge is a stamp: `nonce[16] ‖ expiry[6] ‖ HMAC-SHA256(K_purpose, nonce ‖ expiry ‖
//! context)[..16]`. Nothing is stored when it is issued, so nobody can fill the database by asking for options; its nonce is
//! stored when it is spent.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::domain::accounts::registration::Registration;
use crate::domain::accounts::user::User;
use crate::domain::crypto::keyring::{Keyring, Purpose};
use crate::domain::crypto::stamp;
use crate::domain::id::Id;
use crate::domain::passkeys::creation::Creation;
use crate::domain::passkeys::refusal::Refusal;
use crate::domain::policy;
use crate::domain::sessions::session::Session;
use crate::domain::timestamp::Timestamp;

/// A spent challenge; here only a type for ids.
pub struct PasskeyChallenge;

/// A genuine challenge that has not expired. Whether it has been spent is in its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Challenge {
    pub id: Id<PasskeyChallenge>,
    pub expires_at: Timestamp,
}

/// What a challenge was issued for. It is worth nothing in any other context.
#[derive(Clone, Copy, Debug)]
pub enum Context<'a> {
    /// Signing in with a passkey alone. `browser` identifies the browser by its cookie; empty for clients without one.
    SignIn { browser: &'a [u8] },
    /// Adding a key to an account, from one of its sessions.
    Enrolment { session: Id<Session>, user: Id<User>, creation: Creation },
    /// Activating a registration: the passkey of the account that its link will create.
    Activation { registration: Id<Registration>, user: Id<User> },
    /// Proving a second factor. `binding` is the id of the first proof: of its token, or of the session.
    SecondFactor { binding: &'a [u8] },
}

impl Context<'_> {
    const fn purpose(&self) -> Purpose {
        match self {
            Self::SignIn { .. } => Purpose::PasskeySignIn,
            Self::Enrolment { .. } => Purpose::PasskeyEnrolment,
            Self::Activation { .. } => Purpose::PasskeyActivation,
            Self::SecondFactor { .. } => Purpose::PasskeySecondFactor,
        }
    }

    /// Each purpose has one form of context, with at most one part of varying length.
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::SignIn { browser: bytes } | Self::SecondFactor { binding: bytes } => bytes.to_vec(),
            Self::Enrolment { session, user, creation } => {
                let conditional = u8::from(creation.requirements().conditional);
                [session.bytes().as_slice(), user.bytes(), &[conditional]].concat()
            }
            Self::Activation { registration, user } => [*registration.bytes(), *user.bytes()].concat(),
        }
    }
}

/// Milliseconds since 1970 in 48 bits last until the year 10,889.
const EXPIRY_BYTES: usize = 6;
const MESSAGE_BYTES: usize = 16 + EXPIRY_BYTES;

/// A new challenge as base64url, the spelling of `challenge` in the JSON of options. The nonce is 16 bytes of the CSPRNG, as
/// WebAuthn L3 §13.4.3 asks for.
pub fn issue(keys: &Keyring, context: &Context<'_>, nonce: [u8; 16], now: Timestamp) -> String {
    let expires_at = (now + policy::PASSKEY_CHALLENGE_LIFETIME).millis();
    let [_, _, expiry @ ..] = expires_at.to_be_bytes();
    let message = [nonce.as_slice(), &expiry].concat();
    URL_SAFE_NO_PAD.encode(stamp::append_mac_within(keys, context.purpose(), &message, &context.bytes()))
}

/// The challenge in the bytes that client data contains, under each accepted `APP_KEY`. Judged without any I/O.
pub fn read(keys: &Keyring, context: &Context<'_>, now: Timestamp, stamped: &[u8]) -> Result<Challenge, Refusal> {
    let message = stamp::verify_mac_within::<MESSAGE_BYTES>(keys, context.purpose(), stamped, &context.bytes());
    let message = message.ok_or(Refusal::Challenge)?;
    let (nonce, expiry) = message.split_first_chunk::<16>().ok_or(Refusal::Challenge)?;
    let millis = expiry.iter().fold(0, |number, byte| number << 8 | i64::from(*byte));
    let challenge = Challenge { id: Id::from_bytes(*nonce), expires_at: Timestamp::from_millis(millis) };
    if now < challenge.expires_at { Ok(challenge) } else { Err(Refusal::ChallengeExpired) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::crypto::keyring::AppKey;
    use crate::domain::sessions::second_factors::KeyKind;

    const OLD: &str = "0123456789abcdef0123456789abcdef";
    const NEW: &str = "fedcba9876543210fedcba9876543210";
    const NONCE: [u8; 16] = [7; 16];
    const NOW: Timestamp = Timestamp::from_millis(1_764_000_000_123);

    fn keys(current: &str, previous: &[&str]) -> Keyring {
        let parse = |text: &str| AppKey::parse(text).unwrap();
        Keyring::new(parse(current), previous.iter().map(|text| parse(text)).collect())
    }

    fn issued(keys: &Keyring, context: &Context<'_>) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(issue(keys, context, NONCE, NOW)).unwrap()
    }

    fn contexts() -> Vec<Context<'static>> {
        let requested = Creation::Requested(KeyKind::Passkey);
        let enrolment = |session, user, creation| Context::Enrolment {
            session: Id::from_bytes(session),
            user: Id::from_bytes(user),
            creation,
        };
        let activation = |registration, user| Context::Activation {
            registration: Id::from_bytes(registration),
            user: Id::from_bytes(user),
        };
        vec![
            Context::SignIn { browser: b"" },
            Context::SignIn { browser: &[1; 16] },
            Context::SignIn { browser: &[1; 32] },
            enrolment([1; 16], [1; 16], requested),
            enrolment([1; 16], [2; 16], requested),
            enrolment([2; 16], [1; 16], requested),
            enrolment([1; 16], [1; 16], Creation::Conditional),
            activation([1; 16], [1; 16]),
            activation([1; 16], [2; 16]),
            activation([2; 16], [1; 16]),
            Context::SecondFactor { binding: b"" },
            Context::SecondFactor { binding: &[1; 16] },
            Context::SecondFactor { binding: &[1; 32] },
        ]
    }

    #[test]
    fn a_challenge_is_worth_nothing_in_another_context() {
        let keys = keys(OLD, &[]);
        for (place, context) in contexts().iter().enumerate() {
            let challenge = issued(&keys, context);
            for (other, presented) in contexts().iter().enumerate() {
                let read = read(&keys, presented, NOW, &challenge).map(|challenge| challenge.id);
                let expected = if place == other { Ok(Id::from_bytes(NONCE)) } else { Err(Refusal::Challenge) };
                assert!(read == expected, "{context:?} as {presented:?}");
            }
        }
    }

    #[test]
    fn a_challenge_ends_with_its_lifetime() {
        let (keys, context) = (keys(OLD, &[]), Context::SignIn { browser: b"" });
        let challenge = issued(&keys, &context);
        let end = NOW + policy::PASSKEY_CHALLENGE_LIFETIME;
        let last = Timestamp::from_millis(end.millis() - 1);
        assert_eq!(read(&keys, &context, last, &challenge).map(|read| read.expires_at), Ok(end));
        assert_eq!(read(&keys, &context, end, &challenge), Err(Refusal::ChallengeExpired));
    }

    #[test]
    fn every_changed_bit_is_noticed() {
        let (keys, context) = (keys(OLD, &[]), Context::SignIn { browser: b"" });
        let challenge = issued(&keys, &context);
        assert_eq!(challenge.len(), MESSAGE_BYTES + stamp::STAMP_BYTES);
        for bit in 0..challenge.len() * 8 {
            let mut changed = challenge.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(read(&keys, &context, NOW, &changed), Err(Refusal::Challenge), "bit {bit}");
        }
        for wrong in [&challenge[1..], &challenge[..37], &[challenge.as_slice(), &[0]].concat(), &[]] {
            assert_eq!(read(&keys, &context, NOW, wrong), Err(Refusal::Challenge));
        }
    }

    #[test]
    fn bytes_do_not_move_between_message_and_context() {
        let keys = keys(OLD, &[]);
        let [_, _, expiry @ ..] = NOW.millis().to_be_bytes();
        let message = [NONCE.as_slice(), &expiry].concat();
        let challenge = stamp::append_mac_within(&keys, Purpose::PasskeySignIn, &message[..21], &message[21..]);
        assert_eq!(read(&keys, &Context::SignIn { browser: b"" }, NOW, &challenge), Err(Refusal::Challenge));
    }

    #[test]
    fn a_previous_key_is_believed_and_makes_nothing_new() {
        let (before, during, after) = (keys(OLD, &[]), keys(NEW, &[OLD]), keys(NEW, &[]));
        let context = Context::SecondFactor { binding: &[3; 16] };
        let old = issued(&before, &context);
        assert!(read(&during, &context, NOW, &old).is_ok());
        assert_eq!(read(&after, &context, NOW, &old), Err(Refusal::Challenge));
        assert_eq!(issued(&during, &context), issued(&after, &context));
    }
}
