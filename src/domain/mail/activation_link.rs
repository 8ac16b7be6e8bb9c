//! A link that activates a registration, as an email has it.

use serde::{Deserialize, Serialize};

use crate::domain::accounts::registration::Registration;
use crate::domain::id::Id;
use crate::domain::timestamp::Timestamp;

/// One registration as its email describes it: enough for the reader to know whether it is theirs, because the password was
/// chosen by the client that registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivationLink {
    pub(super) registration: Id<Registration>,
    pub(super) login: String,
    /// Where the request came from; may be empty.
    pub(super) address: String,
    pub(super) asked_at: String,
    pub(super) works_until: String,
}

impl ActivationLink {
    pub fn new(
        registration: Id<Registration>,
        login: &str,
        address: &str,
        asked_at: Timestamp,
        works_until: Timestamp,
    ) -> Self {
        let printed = |moment: Timestamp| moment.whole_seconds().to_string();
        let (asked_at, works_until) = (printed(asked_at), printed(works_until));
        Self { registration, login: login.to_owned(), address: address.to_owned(), asked_at, works_until }
    }
}
