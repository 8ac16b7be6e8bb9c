//! Conditions on the row of the client that a statement acts for, so that no request has to read it first.

use crate::domain::oauth::client::{ClientId, Grant};
use crate::domain::oauth::presented_id::PresentedId;
use crate::domain::oauth::self_description;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Guard, Statement, Value, values};
use crate::store::spent::{self, SingleUse};

/// A client that is enabled and may use a grant (a blank: any), and a condition on it.
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientProof {
    /// Nothing: enough for a public client.
    Nothing,
    /// A genuine secret with this number.
    Secret(u32),
    Assertion(PresentedAssertion),
}

/// An assertion whose signature one of the client's keys has verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresentedAssertion {
    /// Those keys, as they are stored.
    pub jwks: String,
    pub once: SingleUse,
    /// The operation id of the request that presents it.
    pub op: String,
}

impl ClientProof {
    /// What a batch contains in which a client proves itself: a statement that uses an assertion up, whatever becomes of the rest.
    pub fn spend(&self) -> Option<Statement> {
        match self {
            Self::Nothing | Self::Secret(_) => None,
            Self::Assertion(PresentedAssertion { once, op, .. }) => Some(spent::spend(*once, op, Guard::always())),
        }
    }
}

/// Holds while a client is enabled, may use a grant, and accepts the proof: the current secret, or the one before until its end,
/// or an assertion by one of its current keys. One that nobody registered has no row, and nothing to prove.
pub fn proves(id: &PresentedId, proof: &ClientProof, grant: Grant, now: Timestamp) -> Guard {
    match id {
        PresentedId::Registered(id) => accepts(values![id.as_str(), format!(" {} ", grant.as_str())], proof, now),
        _ if self_description::GRANTS.contains(&grant) => needs_nothing(proof),
        _ => Guard::never(),
    }
}

/// The same, whatever grants it may use.
pub fn is_proved(id: &PresentedId, proof: &ClientProof, now: Timestamp) -> Guard {
    match id {
        PresentedId::Registered(id) => accepts(values![id.as_str(), " "], proof, now),
        _ => needs_nothing(proof),
    }
}

/// Selects a registered client, if it is enabled and accepts the proof.
pub fn find_proved(id: &ClientId, proof: &ClientProof, now: Timestamp) -> Statement {
    let guard = Guard::new("id = ?", values![id.as_str()]).and(accepts(values![id.as_str(), " "], proof, now));
    Statement::guarded("SELECT * FROM clients", Vec::new(), guard, "")
}

fn needs_nothing(proof: &ClientProof) -> Guard {
    if *proof == ClientProof::Nothing { Guard::always() } else { Guard::never() }
}

fn accepts(may: Vec<Value>, proof: &ClientProof, now: Timestamp) -> Guard {
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
        ClientProof::Assertion(assertion) => {
            let sql = enabled!("c.auth_method = 'private_key_jwt' AND c.jwks = ?");
            Guard::new(sql, [may, values![&assertion.jwks]].concat())
                .and(spent::is_free_for(assertion.once, &assertion.op))
        }
    }
}
