//! `sessions.device`: the browsers from which an account has been signed in to.

use crate::domain::accounts::login_name::Identifier;
use crate::domain::accounts::user::User;
use crate::domain::devices::device::Device;
use crate::domain::id::Id;
use crate::domain::policy;
use crate::domain::sessions::session::EndReason;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Guard, Statement, values};

/// The last session that began on a device decides: it was not ended, or it was ended by signing out there. If it was ended
/// from elsewhere, the device may not be the owner's.
macro_rules! known_by {
    ($column:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM
               (SELECT end_reason FROM sessions JOIN users ON users.id = sessions.user_id WHERE users.",
            $column,
            " = ? AND device = ? AND expires_at > ? ORDER BY sessions.created_at DESC LIMIT 1)
             WHERE end_reason IS NULL OR end_reason = ?)"
        )
    };
}

/// Holds if the typed identifier names an account that knows the device.
pub fn knows(identifier: &Identifier, device: Id<Device>, now: Timestamp) -> Guard {
    let sql = match identifier {
        Identifier::Login(_) => known_by!("login"),
        Identifier::Email(_) => known_by!("email_folded"),
    };
    let over_since = now - policy::PLACE_KNOWN;
    Guard::new(sql, values![identifier.as_str(), device, over_since, EndReason::SignedOut.as_str()])
}

/// Forgets, under a guard, the devices of a user's sessions: another person has used the account from one.
pub fn forget_all(user: Id<User>, guard: Guard) -> Statement {
    let rows = Guard::new("user_id = ? AND device IS NOT NULL", values![user]);
    Statement::guarded("UPDATE sessions SET device = NULL", Vec::new(), rows.and(guard), "")
}
