//! A user in the format of FastSchema's SDK (`AUTH_RESPONSE_ENVELOPE=fastschema`).

use serde_json::{Value, json};

use crate::domain::accounts::user::Role;
use crate::domain::sessions::session::{Owner, Session};

/// The claim `user` of its access tokens: `auth().user()` of the SDK reads it without a request.
pub fn claim(session: &Session, owner: &Owner) -> Value {
    let Owner { login, email } = owner;
    let (id, _, _) = counterpart(session.role);
    let mut claim = json!({ "id": session.user, "email": email, "provider": "local", "role_ids": [id] });
    if let (Value::Object(claim), Value::Object(profile)) = (&mut claim, profile(login, session.role)) {
        claim.extend(profile);
    }
    claim
}

/// The additional fields of a user in `me`. Every user has been activated.
pub fn profile(login: &str, role: Role) -> Value {
    let (id, name, root) = counterpart(role);
    let roles = [json!({ "id": id, "name": name, "root": root })];
    json!({ "username": login, "active": true, "role": role, "roles": roles })
}

/// The corresponding one of FastSchema's built-in roles.
const fn counterpart(role: Role) -> (u32, &'static str, bool) {
    match role {
        Role::Admin => (1, "Admin", true),
        Role::User => (2, "User", false),
    }
}
