//! A recovery: somebody who reads a mailbox may set its account's password anew, once, for an hour.

use crate::domain::crypto::keyring::Purpose;
use crate::domain::crypto::stamp::Stamped;

/// What `recoveries` holds; here it gives its name to the ids.
pub struct PasswordReset;

/// What a recovery link carries.
pub const TOKEN: Stamped<PasswordReset> = Stamped::new(Purpose::Recovery, "ghv_");
