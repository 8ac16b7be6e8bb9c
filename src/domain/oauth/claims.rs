//! Claims about a user (OpenID Connect Core §5): those of scopes, and those asked for one by one.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::domain::accounts::user::Role;
use crate::domain::oauth::scopes::{self, Scopes};
use crate::domain::sessions::auth_methods::AuthLevel;
use crate::domain::timestamp::Timestamp;
use crate::words::language::Language;

/// What is known about a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub login: String,
    pub email: String,
    pub language: Option<Language>,
    pub updated_at: Timestamp,
    pub role: Role,
}

/// One claim: its name, the scope that contains it, and its value.
type Claim = (&'static str, &'static str, fn(&Person) -> Option<Value>);

const CLAIMS: [Claim; 6] = [
    ("preferred_username", scopes::PROFILE, |person| Some(json!(person.login))),
    ("locale", scopes::PROFILE, |person| person.language.map(|language| json!(language.tag()))),
    ("updated_at", scopes::PROFILE, |person| Some(json!(person.updated_at.seconds()))),
    ("email", scopes::EMAIL, |person| Some(json!(person.email))),
    // Accounts only ever have addresses that their owners have confirmed.
    ("email_verified", scopes::EMAIL, |_| Some(json!(true))),
    ("role", scopes::ROLE, |person| Some(json!(person.role))),
];

/// The names of all claims about a user.
pub fn names() -> impl Iterator<Item = &'static str> {
    CLAIMS.into_iter().map(|(name, ..)| name)
}

/// The claims of scopes, and those asked for by name.
pub fn of(person: &Person, scopes: &Scopes, named: &[String]) -> Map<String, Value> {
    let wanted = |name: &str, scope: &str| scopes.contains(scope) || named.iter().any(|known| known == name);
    let claims = CLAIMS.into_iter().filter(|(name, scope, _)| wanted(name, scope));
    claims.filter_map(|(name, _, value)| Some((name.to_owned(), value(person)?))).collect()
}

/// The claims that a request names (OpenID Connect Core §5.5), as far as there are such claims.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestedClaims {
    #[serde(default)]
    pub id_token: Vec<String>,
    #[serde(default)]
    pub userinfo: Vec<String>,
}

impl RequestedClaims {
    pub const fn is_empty(&self) -> bool {
        self.id_token.is_empty() && self.userinfo.is_empty()
    }

    /// The scopes that contain these claims.
    pub fn scopes(&self) -> Scopes {
        let named = |name: &str| self.id_token.iter().chain(&self.userinfo).any(|known| known == name);
        let scopes: Vec<_> = CLAIMS.into_iter().filter(|(name, ..)| named(name)).map(|(_, scope, _)| scope).collect();
        Scopes::parse(&scopes.join(" ")).unwrap_or_default()
    }

    /// Those whose scope is allowed.
    pub fn within(self, allowed: &Scopes) -> Self {
        let may = |name: &String| CLAIMS.iter().any(|(known, scope, _)| known == name && allowed.contains(scope));
        let keep = |list: Vec<String>| list.into_iter().filter(may).collect();
        Self { id_token: keep(self.id_token), userinfo: keep(self.userinfo) }
    }
}

/// The level of authentication that a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestedLevel {
    pub level: AuthLevel,
    /// Whether a lower one is of no use (OpenID Connect Core §5.5.1.1).
    pub essential: bool,
}

impl RequestedLevel {
    /// `acr_values` (OpenID Connect Core §3.1.2.1): in order of preference, and voluntary.
    pub fn voluntary(values: &str) -> Option<Self> {
        values.split(' ').find_map(AuthLevel::parse).map(|level| Self { level, essential: false })
    }
}

/// The parameter `claims`. `Err` if it is not what OpenID Connect Core §5.5 describes, or the level is one that nobody reaches.
pub fn requested(text: &str) -> Result<(RequestedClaims, Option<RequestedLevel>), NotClaims> {
    // An array passes for a structure with its members in order.
    let object = Some(text).filter(|text| text.trim_start().starts_with('{')).ok_or(NotClaims::Malformed)?;
    let request: Request = serde_json::from_str(object).map_err(|_| NotClaims::Malformed)?;
    let known =
        |members: &Map<String, Value>| names().filter(|name| members.contains_key(*name)).map(str::to_owned).collect();
    let claims = RequestedClaims { id_token: known(&request.id_token), userinfo: known(&request.userinfo) };
    let Some(acr) = request.id_token.get("acr").and_then(Value::as_object) else {
        return Ok((claims, None));
    };
    let essential = acr.get("essential") == Some(&Value::Bool(true));
    let listed = acr.get("values").and_then(Value::as_array).cloned().unwrap_or_default();
    let values: Vec<_> = acr.get("value").into_iter().chain(&listed).filter_map(Value::as_str).collect();
    match values.iter().filter_map(|value| AuthLevel::parse(value)).min() {
        Some(level) => Ok((claims, Some(RequestedLevel { level, essential }))),
        None if essential && !values.is_empty() => Err(NotClaims::UnknownLevel),
        None => Ok((claims, None)),
    }
}

#[derive(Debug, PartialEq, Eq)]
pub enum NotClaims {
    Malformed,
    UnknownLevel,
}

#[derive(Deserialize)]
struct Request {
    #[serde(default)]
    id_token: Map<String, Value>,
    #[serde(default)]
    userinfo: Map<String, Value>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ada() -> Person {
        Person {
            login: "ada".to_owned(),
            email: "ada@example.com".to_owned(),
            language: None,
            updated_at: Timestamp::from_seconds(5),
            role: Role::User,
        }
    }

    #[test]
    fn a_scope_contains_its_claims_and_no_others() {
        let of =
            |scopes: &str| serde_json::to_string(&super::of(&ada(), &Scopes::parse(scopes).unwrap(), &[])).unwrap();
        assert_eq!(of("openid"), "{}");
        assert_eq!(of("email"), r#"{"email":"ada@example.com","email_verified":true}"#);
        assert_eq!(of("profile"), r#"{"preferred_username":"ada","updated_at":5}"#);
        assert_eq!(of("role"), r#"{"role":"user"}"#);
    }

    #[test]
    fn claims_are_asked_for_by_name() {
        let (claims, level) = requested(
            r#"{"userinfo":{"email":null,"ssn":null},"id_token":{"acr":{"essential":true,"values":["aal2"]}}}"#,
        )
        .unwrap();
        assert_eq!(claims.userinfo, ["email"]);
        assert_eq!(claims.scopes().to_string(), "email");
        assert_eq!(claims.clone().within(&Scopes::default()), RequestedClaims::default());
        assert_eq!(level, Some(RequestedLevel { level: AuthLevel::Aal2, essential: true }));
        assert_eq!(
            serde_json::to_string(&of(&ada(), &Scopes::default(), &claims.userinfo)).unwrap(),
            r#"{"email":"ada@example.com"}"#
        );
    }

    #[test]
    fn a_level_that_nobody_reaches_is_refused_only_if_it_is_essential() {
        assert_eq!(
            requested(r#"{"id_token":{"acr":{"essential":true,"value":"gold"}}}"#),
            Err(NotClaims::UnknownLevel)
        );
        assert_eq!(requested(r#"{"id_token":{"acr":{"value":"gold"}}}"#).unwrap().1, None);
        assert_eq!(requested(r#"{"id_token":{"acr":null}}"#).unwrap().1, None);
        for wrong in ["", "[]", "1", r#"{"id_token":[]}"#] {
            assert_eq!(requested(wrong), Err(NotClaims::Malformed), "{wrong}");
        }
    }
}
