//! A user as FastSchema's SDK knows them (`AUTH_RESPONSE_ENVELOPE=fastschema`).

use serde_json::{Value, json};

use crate::domain::accounts::user::Role;
use crate::domain::sessions::session::{Owner, Session};

/// The claim `user` of its access tokens: `auth().user()` of the SDK reads it and asks nobody.
pub fn claim(session: &Session, owner: &Owner) -> Value {
    let Owner { login, email } = owner;
    let (id, _, _) = counterpart(session.role);
    let mut claim = json!({ "id": session.user, "email": email, "provider": "local", "role_ids": [id] });
    if let (Value::Object(claim), Value::Object(profile)) = (&mut claim, profile(login, session.role)) {
        claim.extend(profile);
    }
    claim
}

/// What `me` says of a user besides. Whoever is a user has activated.
pub fn profile(login: &str, role: Role) -> Value {
    let (id, name, root) = counterpart(role);
    let roles = [json!({ "id": id, "name": name, "root": root })];
    json!({ "username": login, "active": true, "role": role, "roles": roles })
}

/// Which of the roles that FastSchema has from the beginning a role is.
const fn counterpart(role: Role) -> (u32, &'static str, bool) {
    match role {
        Role::Admin => (1, "Admin", true),
        Role::User => (2, "User", false),
    }
}
