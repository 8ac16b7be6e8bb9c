//! A registration: a request for an account, valid for a day, with no account until its link is opened.

use crate::domain::accounts::email_address::EmailAddress;
use crate::domain::accounts::login_name::LoginName;
use crate::domain::accounts::user::User;
use crate::domain::crypto::keyring::{Keyring, Purpose};
use crate::domain::crypto::stamp::Stamped;
use crate::domain::id::Id;
use crate::domain::text::domain_name;

/// The token in an activation link.
pub const TOKEN: Stamped<Registration> = Stamped::new(Purpose::Activation, "gha_");

/// The token in the cookie of a browser that registered on our page.
pub const HERE_TOKEN: Stamped<Registration> = Stamped::new(Purpose::RegisteredHere, "ghr_");

/// The id of the account that a passkey activates. The passkey has it before the account exists, so it follows from the
/// registration; it changes with `APP_KEY`.
pub fn passkey_user(keys: &Keyring, registration: Id<Registration>) -> Id<User> {
    let id: Id<User> = keys.current().derive(Purpose::PasskeyUser).id_of(&[registration.bytes()]);
    Id::uuid_v4(*id.bytes())
}

/// A requested account. It is written the same way whether or not the address has an account.
pub struct Registration {
    pub id: Id<Registration>,
    pub login: LoginName,
    pub email: EmailAddress,
    /// PHC string; [`NO_PASSWORD`](crate::domain::credentials::password::NO_PASSWORD) if a passkey is to activate it.
    pub password_hash: String,
}

/// Identifies the registrations whose activation email is sent again.
#[derive(Clone, Copy, Debug)]
pub enum Whose<'a> {
    Address(&'a EmailAddress),
    /// The recipient of an earlier email, identified by its link, however old.
    Link(Id<Registration>),
}

/// Which addresses may register: `AUTH_REGISTRATION`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegistrationPolicy {
    Open,
    Closed,
    /// Addresses in one of these domains.
    Domains(Vec<Domain>),
}

impl RegistrationPolicy {
    /// `open`, `closed`, or a comma-separated list of mail domains.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text {
            "open" => Ok(Self::Open),
            "closed" => Ok(Self::Closed),
            list => list.split(',').map(domain).collect::<Result<_, _>>().map(Self::Domains),
        }
    }

    /// Whether registration is possible at all.
    pub fn is_open(&self) -> bool {
        *self != Self::Closed
    }

    pub fn admits(&self, email: &EmailAddress) -> bool {
        self.is_open() && self.admits_move_to(email)
    }

    /// Whether an existing account may change to this address. Closed registration does not restrict existing accounts.
    pub fn admits_move_to(&self, email: &EmailAddress) -> bool {
        match self {
            Self::Open | Self::Closed => true,
            Self::Domains(domains) => domains.iter().any(|admitted| admitted.routed == email.domain()),
        }
    }
}

/// A domain that mail can be sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    /// For display.
    pub spelled: String,
    /// As the DNS spells it.
    routed: String,
}

fn domain(text: &str) -> Result<Domain, String> {
    let spelled = text.trim().to_lowercase();
    let routed = domain_name::parse(&spelled).ok_or("must be open, closed, or a list of mail domains")?;
    Ok(Domain { spelled, routed })
}
