//! A recovery: the reader of an account's mailbox may set a new password, once, for an hour.

use crate::domain::crypto::keyring::Purpose;
use crate::domain::crypto::stamp::Stamped;

/// A row of `recoveries`; here only a type for ids.
pub struct PasswordReset;

/// The token in a recovery link.
pub const TOKEN: Stamped<PasswordReset> = Stamped::new(Purpose::Recovery, "ghv_");
