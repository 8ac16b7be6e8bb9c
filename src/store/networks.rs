//! `networks`: the networks an account has been signed in to from.

use crate::domain::id::Id;
use crate::domain::login_name::Identifier;
use crate::domain::network::Network;
use crate::domain::policy;
use crate::domain::timestamp::Timestamp;
use crate::domain::user::User;
use crate::ports::{Guard, Statement, values};
use crate::store::sweep::sweep;

/// Holds if what was typed names an account that knows the network.
pub fn knows(who: &Identifier, network: &Network, now: Timestamp) -> Guard {
    const BY_LOGIN: &str = "
        EXISTS (SELECT 1 FROM networks JOIN users ON users.id = networks.user_id
                WHERE users.login = ? AND network = ? AND seen_at > ?)";
    const BY_EMAIL: &str = "
        EXISTS (SELECT 1 FROM networks JOIN users ON users.id = networks.user_id
                WHERE users.email_folded = ? AND network = ? AND seen_at > ?)";
    let sql = match who {
        Identifier::Login(_) => BY_LOGIN,
        Identifier::Email(_) => BY_EMAIL,
    };
    Guard::new(sql, values![who.as_str(), network.as_str(), now - policy::NETWORK_KNOWN])
}

/// Holds if a user knows some network, and not this one. Of somebody who knows none nothing can be said to be new.
pub fn is_new(user: Id<User>, network: &Network, now: Timestamp) -> Guard {
    const SQL: &str = "
        EXISTS (SELECT 1 FROM networks WHERE user_id = ?)
        AND NOT EXISTS (SELECT 1 FROM networks WHERE user_id = ? AND network = ? AND seen_at > ?)";
    Guard::new(SQL, values![user, user, network.as_str(), now - policy::NETWORK_KNOWN])
}

/// Notes, under a guard, that the user has proved to be there.
pub fn note(user: Id<User>, network: &Network, guard: Guard, now: Timestamp) -> Statement {
    const HEAD: &str = "INSERT INTO networks (user_id, network, seen_at) SELECT ?, ?, ?";
    const TAIL: &str = "ON CONFLICT (user_id, network) DO UPDATE SET seen_at = MAX(seen_at, excluded.seen_at)";
    Statement::guarded(HEAD, values![user, network.as_str(), now], guard, TAIL)
}

/// Forgets, under a guard, where a user has been: somebody else has been there in their name.
pub fn forget_all(user: Id<User>, guard: Guard) -> Statement {
    Statement::guarded("DELETE FROM networks", Vec::new(), Guard::new("user_id = ?", values![user]).and(guard), "")
}

/// What is kept about a user, the newest first.
pub fn kept(user: Id<User>, limit: u32) -> Statement {
    const SQL: &str = "SELECT network, seen_at FROM networks WHERE user_id = ? ORDER BY seen_at DESC LIMIT ?";
    Statement::new(SQL, values![user, limit])
}

/// Removes what was last seen before a moment: at most `limit` rows.
pub fn sweep(before: Timestamp, limit: u32) -> Statement {
    Statement::new(sweep!("networks", "seen_at"), values![before, limit])
}
