//! Conditions on the row of the client that a statement acts for, so that no request has to read it first.

use crate::domain::oauth::client::{ClientId, Grant};
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

/// Holds while a client is enabled.
pub fn is_enabled(id: &ClientId) -> Guard {
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

/// Holds while a client is enabled, may use a grant, and accepts the proof: the current secret, or the one before until its end.
pub fn proves(id: &ClientId, proof: &ClientProof, grant: Grant, now: Timestamp) -> Guard {
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
