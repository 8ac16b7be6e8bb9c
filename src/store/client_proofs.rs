//! Conditions on the row of the client that a statement acts for, so that no request has to read it first.

use crate::domain::oauth::client::Grant;
use crate::domain::oauth::presented_id::PresentedId;
use crate::domain::oauth::self_description;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Guard, values};

/// A client that is enabled and may use a grant, and a condition on it.
macro_rules! enabled {
    ($condition:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM clients c WHERE c.id = ? AND c.disabled_at IS NULL
               AND instr(' ' || c.grants || ' ', ?) > 0 AND (",
            $condition,
            "))"
        )
    };
}

/// Holds while a client is enabled. One that nobody registered has no row, and cannot be disabled.
pub fn is_enabled(id: &PresentedId) -> Guard {
    let PresentedId::Registered(id) = id else {
        return Guard::always();
    };
    Guard::new("EXISTS (SELECT 1 FROM clients c WHERE c.id = ? AND c.disabled_at IS NULL)", values![id.as_str()])
}

/// What a client has presented to authenticate itself, as far as it can be checked without its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientProof {
    /// Nothing: enough for a public client.
    Nothing,
    /// A genuine secret with this number.
    Secret(u32),
}

/// Holds while a client is enabled, may use a grant, and accepts the proof: the current secret, or the one before until its end. One
/// that nobody registered has no row, and nothing to prove.
pub fn proves(id: &PresentedId, proof: &ClientProof, grant: Grant, now: Timestamp) -> Guard {
    let PresentedId::Registered(id) = id else {
        let may = *proof == ClientProof::Nothing && self_description::GRANTS.contains(&grant);
        return if may { Guard::always() } else { Guard::never() };
    };
    let may = values![id.as_str(), format!(" {} ", grant.as_str())];
    match proof {
        ClientProof::Nothing => {
            let sql = enabled!("c.auth_method = 'none'");
            Guard::new(sql, may)
        }
        ClientProof::Secret(number) => {
            let sql = enabled!(
                "c.auth_method = 'client_secret_basic' AND (c.secret_number = ?
                OR c.secret_number = ? AND c.previous_secret_until > ?)"
            );
            Guard::new(sql, [may, values![*number, number.saturating_add(1), now]].concat())
        }
    }
}
