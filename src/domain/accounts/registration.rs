//! A registration: a wish to have an account, good for a day, nothing more until its link is followed.

use crate::domain::accounts::email_address::EmailAddress;
use crate::domain::accounts::login_name::LoginName;
use crate::domain::crypto::keyring::Purpose;
use crate::domain::crypto::stamp::Stamped;
use crate::domain::id::Id;
use crate::domain::text::domain_name;

/// What an activation link carries.
pub const TOKEN: Stamped<Registration> = Stamped::new(Purpose::Activation, "gha_");

/// What the browser keeps that has registered on our page.
pub const HERE_TOKEN: Stamped<Registration> = Stamped::new(Purpose::RegisteredHere, "ghr_");

/// What somebody asked for. It is written the same way whether or not the address has an account.
pub struct Registration {
    pub id: Id<Registration>,
    pub login: LoginName,
    pub email: EmailAddress,
    /// PHC string.
    pub password_hash: String,
}

/// Whose activation letter is asked for once more.
#[derive(Clone, Copy, Debug)]
pub enum Whose<'a> {
    Address(&'a EmailAddress),
    /// Whoever an earlier letter's link was for, however old it is.
    Link(Id<Registration>),
}

/// Who may register: `AUTH_REGISTRATION`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegistrationPolicy {
    Open,
    Closed,
    /// Addresses in one of these domains.
    Domains(Vec<Domain>),
}

impl RegistrationPolicy {
    /// `open`, `closed`, or a comma list of mail domains.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text {
            "open" => Ok(Self::Open),
            "closed" => Ok(Self::Closed),
            list => list.split(',').map(domain).collect::<Result<_, _>>().map(Self::Domains),
        }
    }

    /// Whether anybody may register at all.
    pub fn is_open(&self) -> bool {
        *self != Self::Closed
    }

    pub fn admits(&self, email: &EmailAddress) -> bool {
        self.is_open() && self.admits_move_to(email)
    }

    /// Whether somebody who has an account may have it under this address. A closed door keeps nobody in.
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
    /// As people read it.
    pub spelled: String,
    /// As the DNS spells it.
    routed: String,
}

fn domain(text: &str) -> Result<Domain, String> {
    let spelled = text.trim().to_lowercase();
    let routed = domain_name::parse(&spelled).ok_or("must be open, closed, or a list of mail domains")?;
    Ok(Domain { spelled, routed })
}
