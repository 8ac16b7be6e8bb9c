//! `sessions.device`: the browsers from which an account has been signed in to.

use crate::domain::accounts::login_name::Identifier;
use crate::domain::accounts::user::User;
use crate::domain::devices::device::Device;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::policy;
use crate::domain::sessions::session::{EndReason, Session};
use crate::domain::timestamp::Timestamp;
use crate::ports::{Database, Guard, Row, Statement, values};

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

/// The sessions in which a browser presented a second factor, if nothing has changed in the account since then that ends sessions,
/// and no session in that browser has been ended from elsewhere. Parameters: the user, the time since when, the reason of a
/// sign-out.
macro_rules! remembering {
    () => {
        "sessions.user_id = ?1 AND device IS NOT NULL AND auth_time > ?2 AND ' ' || factor || ' ' LIKE '% mfa %'
           AND sessions.auth_version = (SELECT auth_version FROM users WHERE id = ?1)
           AND NOT EXISTS (
             SELECT 1 FROM sessions other WHERE other.user_id = ?1 AND other.device = sessions.device
               AND other.ended_at >= sessions.auth_time AND other.end_reason <> ?3)"
    };
}

/// Whether a browser is remembered for a second factor that it has presented since a time.
pub async fn are_remembered(
    database: &impl Database,
    user: Id<User>,
    device: Id<Device>,
    since: Timestamp,
) -> Result<bool, Fault> {
    const SQL: &str = concat!("SELECT 1 FROM sessions WHERE ", remembering!(), " AND device = ?4 LIMIT 1");
    let signed_out = EndReason::SignedOut.as_str();
    Ok(!database.rows(Statement::new(SQL, values![user, since, signed_out, device])).await?.is_empty())
}

/// Selects how many browsers are remembered for a second factor that they have presented since a time.
pub fn count_remembered(user: Id<User>, since: Timestamp) -> Statement {
    const SQL: &str = concat!("SELECT count(DISTINCT device) AS browsers FROM sessions WHERE ", remembering!());
    Statement::new(SQL, values![user, since, EndReason::SignedOut.as_str()])
}

/// The number in the row of [`count_remembered`].
pub fn read_remembered(row: &Row) -> Result<u32, Fault> {
    u32::try_from(row.integer("browsers")?).map_err(|_| Fault::new("database", "browsers is out of range"))
}

/// Forgets, under a guard, the devices of a user's sessions except one: another person may have used the account from one.
pub fn forget_others(user: Id<User>, except: Option<Id<Session>>, guard: Guard) -> Statement {
    let rows = Guard::new("user_id = ? AND id IS NOT ? AND device IS NOT NULL", values![user, except]);
    Statement::guarded("UPDATE sessions SET device = NULL", Vec::new(), rows.and(guard), "")
}
