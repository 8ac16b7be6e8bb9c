//! `networks`: the networks from which an account has been signed in to, and their carriers.

use crate::domain::accounts::login_name::Identifier;
use crate::domain::accounts::user::User;
use crate::domain::devices::network::Network;
use crate::domain::id::Id;
use crate::domain::policy;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Guard, Statement, values};
use crate::store::sweep::sweep;

/// Holds if the typed identifier names an account that knows the network.
pub fn knows(identifier: &Identifier, network: &Network, now: Timestamp) -> Guard {
    const BY_LOGIN: &str = "
        EXISTS (SELECT 1 FROM networks JOIN users ON users.id = networks.user_id
                WHERE users.login = ? AND network = ? AND known_until > ?)";
    const BY_EMAIL: &str = "
        EXISTS (SELECT 1 FROM networks JOIN users ON users.id = networks.user_id
                WHERE users.email_folded = ? AND network = ? AND known_until > ?)";
    let sql = match identifier {
        Identifier::Login(_) => BY_LOGIN,
        Identifier::Email(_) => BY_EMAIL,
    };
    Guard::new(sql, values![identifier.as_str(), network.as_str(), now])
}

/// Holds if the account knows none of these networks and carriers.
pub fn are_new(user: Id<User>, whereabouts: &[String], now: Timestamp) -> Guard {
    const SQL: &str = "
        NOT EXISTS (SELECT 1 FROM networks
                    WHERE user_id = ? AND network IN (SELECT value FROM json_each(?)) AND known_until > ?)";
    Guard::new(SQL, values![user, listed(whereabouts), now])
}

/// Records, under a guard, that the user has proved their identity there; for a sign-in `in_use_until` is the absolute end of
/// its session.
pub fn note(user: Id<User>, whereabouts: &[String], guard: Guard, in_use_until: Timestamp) -> Statement {
    const HEAD: &str = "INSERT INTO networks (user_id, network, known_until) SELECT ?, value, ? FROM json_each(?)";
    const TAIL: &str =
        "ON CONFLICT (user_id, network) DO UPDATE SET known_until = MAX(known_until, excluded.known_until)";
    let known_until = in_use_until + policy::PLACE_KNOWN;
    Statement::guarded(HEAD, values![user, known_until, listed(whereabouts)], guard, TAIL)
}

/// As rows of a `json_each`.
fn listed(whereabouts: &[String]) -> String {
    serde_json::json!(whereabouts).to_string()
}

/// Forgets, under a guard, the networks and carriers of a user except these: another person may have used the account from one.
pub fn forget_others(user: Id<User>, whereabouts: &[String], guard: Guard) -> Statement {
    const OTHERS: &str = "user_id = ? AND network NOT IN (SELECT value FROM json_each(?))";
    let others = Guard::new(OTHERS, values![user, listed(whereabouts)]);
    Statement::guarded("DELETE FROM networks", Vec::new(), others.and(guard), "")
}

/// The data stored about a user's networks, the newest first.
pub fn kept(user: Id<User>, limit: u32) -> Statement {
    const SQL: &str = "
        SELECT network, known_until AS known_until_at FROM networks WHERE user_id = ? ORDER BY known_until DESC LIMIT ?";
    Statement::new(SQL, values![user, limit])
}

/// Removes networks known until before a time: at most `limit` rows.
pub fn sweep(before: Timestamp, limit: u32) -> Statement {
    Statement::new(sweep!("networks", "known_until"), values![before, limit])
}
