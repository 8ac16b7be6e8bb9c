//! A user as FastSchema's SDK knows them (`AUTH_RESPONSE_ENVELOPE=fastschema`).

use serde::Serialize;

use crate::domain::id::Id;
use crate::domain::session::{Owner, Session};
use crate::domain::user::{Role, User};

/// The claim `user` of its access tokens: `auth().user()` of the SDK reads it and asks nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UserClaim {
    id: Id<User>,
    email: String,
    provider: &'static str,
    role_ids: [u32; 1],
    #[serde(flatten)]
    profile: Profile,
}

impl UserClaim {
    pub fn of(session: &Session, owner: &Owner) -> Self {
        let profile = Profile::new(&owner.login, session.role);
        let role_ids = profile.roles.each_ref().map(|role| role.id);
        Self { id: session.user, email: owner.email.clone(), provider: "local", role_ids, profile }
    }
}

/// What `me` says of a user besides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Profile {
    username: String,
    active: bool,
    role: Role,
    roles: [SdkRole; 1],
}

/// One of the two roles FastSchema makes when it is installed, that somebody with a session can have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct SdkRole {
    id: u32,
    name: &'static str,
    root: bool,
}

impl Profile {
    pub fn new(login: &str, role: Role) -> Self {
        let roles = match role {
            Role::Admin => [SdkRole { id: 1, name: "Admin", root: true }],
            Role::User => [SdkRole { id: 2, name: "User", root: false }],
        };
        // Whoever is a user has activated.
        Self { username: login.to_owned(), active: true, role, roles }
    }
}
