//! Authorizations: what a client may exchange for tokens, once.

use crate::domain::crypto::keyring::Purpose;
use crate::domain::crypto::stamp::Stamped;

/// A row of `authorizations`; here only a type for ids.
pub struct Authorization;

/// Authorization codes (RFC 6749 §1.3.1).
pub const CODE: Stamped<Authorization> = Stamped::new(Purpose::AuthorizationCode, "ghac_");
