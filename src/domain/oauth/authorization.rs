//! Authorizations: what a client may exchange for tokens, once.

use crate::domain::crypto::keyring::Purpose;
use crate::domain::crypto::stamp::Stamped;

/// A row of `authorizations`; here only a type for ids.
pub struct Authorization;

/// Authorization codes (RFC 6749 §1.3.1).
pub const CODE: Stamped<Authorization> = Stamped::new(Purpose::AuthorizationCode, "ghac_");

/// Device codes (RFC 8628 §3.2).
pub const DEVICE_CODE: Stamped<Authorization> = Stamped::new(Purpose::DeviceCode, "ghdc_");

/// Pushed requests, as their client names them (RFC 9126 §2.2).
pub const PUSHED: Stamped<Authorization> = Stamped::new(Purpose::PushedRequest, "ghpr_");

/// The same as our own pages name them, once the user's browser has brought one in time.
pub const CONTINUED: Stamped<Authorization> = Stamped::new(Purpose::ContinuedRequest, "ghcr_");
