//! Which second factors an account has: read with its row, so that a sign-in takes no further round trip.

use crate::domain::accounts::user::{Role, User};
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::sessions::second_factors::{KeyKind, MfaPolicy, SecondFactors};
use crate::ports::{Guard, Row, values};

/// The columns of a select from `users` that [`read`] reads.
macro_rules! second_factor_columns {
    () => {
        "EXISTS (SELECT 1 FROM totp WHERE totp.user_id = users.id) AS has_totp,
         (SELECT group_concat(DISTINCT kind) FROM passkeys WHERE passkeys.user_id = users.id) AS key_kinds"
    };
}
pub(crate) use second_factor_columns;

/// From any row with [`second_factor_columns`].
pub fn read(row: &Row) -> Result<SecondFactors, Fault> {
    let kinds = row.optional_text("key_kinds")?.unwrap_or_default();
    let has = |kind: KeyKind| kinds.split(',').any(|own| own == kind.as_str());
    let totp = row.integer("has_totp")? != 0;
    Ok(SecondFactors { totp, security_key: has(KeyKind::SecurityKey), passkey: has(KeyKind::Passkey) })
}

/// Holds while a user has nothing that could be a second factor.
pub fn are_none(user: Id<User>) -> Guard {
    const SQL: &str = "
        EXISTS (SELECT 1 FROM totp WHERE user_id = ?) OR EXISTS (SELECT 1 FROM passkeys WHERE user_id = ?)";
    Guard::new(SQL, values![user, user]).negate()
}

/// Holds while a user has anything besides a password: a second factor of any kind, a passkey, an identity of another provider, or
/// recovery codes, used or not.
pub fn exist(user: Id<User>) -> Guard {
    const SQL: &str = "
        EXISTS (SELECT 1 FROM totp WHERE user_id = ?)
        OR EXISTS (SELECT 1 FROM passkeys WHERE user_id = ?)
        OR EXISTS (SELECT 1 FROM identities WHERE user_id = ?)
        OR EXISTS (SELECT 1 FROM recovery_codes WHERE user_id = ?)";
    Guard::new(SQL, values![user, user, user, user])
}

/// Holds while a user has no second step of their own accord.
pub fn are_off(user: Id<User>) -> Guard {
    const SQL: &str = "
        EXISTS (SELECT 1 FROM totp WHERE user_id = ?)
        OR EXISTS (SELECT 1 FROM passkeys WHERE user_id = ? AND kind = ?)";
    Guard::new(SQL, values![user, user, KeyKind::SecurityKey.as_str()]).negate()
}

/// Holds while the policy lets a user do with what is left: nothing has to be left where it asks for no second factor. The role is
/// read by the statement, because it may have changed meanwhile.
pub fn suffice(policy: MfaPolicy, user: Id<User>, left: Guard) -> Guard {
    match policy {
        MfaPolicy::Optional => Guard::always(),
        MfaPolicy::Admins => {
            const SQL: &str = "EXISTS (SELECT 1 FROM users WHERE id = ? AND role = ?)";
            Guard::new(SQL, values![user, Role::Admin.as_str()]).negate().or(left)
        }
        MfaPolicy::All => left,
    }
}
