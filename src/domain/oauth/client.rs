//! Clients: applications that sign users in through this service (RFC 6749 §2), as an administrator registers them.

use std::fmt;

use crate::domain::accounts::user::User;
use crate::domain::error::Field;
use crate::domain::id::Id;
use crate::domain::oauth::id_token::IdTokenAlgorithm;
use crate::domain::oauth::jwk_set::ClientKeys;
use crate::domain::oauth::redirect_uri::{RedirectKind, RedirectUri};
use crate::domain::oauth::resource::Resource;
use crate::domain::oauth::scopes::{self, Scopes};
use crate::domain::policy;
use crate::domain::timestamp::Timestamp;
use crate::domain::tokens::api_token;

/// The path that the page for a new client has in place of an id.
const RESERVED: &str = "new";

/// `client_id` of a registered client: 3 to 64 lower-case letters, digits and hyphens. It has not the form of a user's id, because
/// it is the `sub` of tokens that the client has for itself (RFC 9700 §4.15.1), and it is not the user name of API keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientId(String);

impl ClientId {
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (policy::CLIENT_ID_MIN_BYTES..=policy::CLIENT_ID_MAX_BYTES).contains(&text.len());
        let plain = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        let sound = plain && !text.starts_with('-') && !text.ends_with('-') && text != RESERVED;
        let taken = text == api_token::API_KEY_USER || text.parse::<Id<User>>().is_ok();
        (fits && sound && !taken).then(|| Self(text.to_owned()))
    }

    /// An id for a client whose administrator has chosen none: it can be recognised by the name, and no other client has it.
    pub fn named_after(name: &str, random: Id<Self>) -> Self {
        let plain = name.to_ascii_lowercase().replace(|character: char| !character.is_ascii_alphanumeric(), " ");
        let words = plain.split_whitespace().collect::<Vec<_>>().join("-");
        let suffix: String = random.to_string().chars().take(policy::CLIENT_ID_RANDOM_DIGITS).collect();
        let room = policy::CLIENT_ID_MAX_BYTES - suffix.len() - 1;
        let start = words.get(..words.len().min(room)).unwrap_or_default().trim_end_matches('-');
        Self(format!("{}-{suffix}", if start.is_empty() { "client" } else { start }))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How a client authenticates itself at the token endpoint, in RFC 7591's words. The two methods with a secret are one: a client
/// may send it either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthMethod {
    /// It does not: it runs where its users could read a secret.
    None,
    Secret,
    PrivateKeyJwt,
}

impl AuthMethod {
    pub const ALL: [Self; 3] = [Self::None, Self::Secret, Self::PrivateKeyJwt];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Secret => "client_secret_basic",
            Self::PrivateKeyJwt => "private_key_jwt",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "client_secret_post" => Some(Self::Secret),
            text => Self::ALL.into_iter().find(|method| method.as_str() == text),
        }
    }
}

/// How a client obtains tokens, in RFC 7591's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    AuthorizationCode,
    RefreshToken,
    DeviceCode,
    ClientCredentials,
}

impl Grant {
    pub const ALL: [Self; 4] = [Self::AuthorizationCode, Self::RefreshToken, Self::DeviceCode, Self::ClientCredentials];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::DeviceCode => "urn:ietf:params:oauth:grant-type:device_code",
            Self::ClientCredentials => "client_credentials",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grant| grant.as_str() == text)
    }

    /// Whether it is among these, with blanks between them.
    pub fn is_among(self, grants: &str) -> bool {
        grants.split(' ').any(|grant| grant == self.as_str())
    }
}

/// The API that a client is (RFC 8707).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Api {
    pub resource: Resource,
    /// What other clients may ask for there.
    pub scopes: Scopes,
    /// Whether clients that nobody registered may use it too.
    pub open: bool,
}

/// What an administrator decides about a client (RFC 7591 §2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientMetadata {
    pub name: String,
    pub auth_method: AuthMethod,
    /// The keys of `private_key_jwt`.
    pub jwks: Option<ClientKeys>,
    pub redirect_uris: Vec<RedirectUri>,
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    /// Where it is told that a session has ended (OpenID Connect Back-Channel Logout §2.2).
    pub backchannel_logout_uri: Option<RedirectUri>,
    pub grants: Vec<Grant>,
    /// The most that it may ask for.
    pub scopes: Scopes,
    pub api: Option<Api>,
    /// Its users are never asked for consent, and it may use this service's own API for them.
    pub first_party: bool,
    /// Without PKCE only for a confidential client that cannot do it.
    pub requires_pkce: bool,
    /// Whether ID tokens have the claims of `profile` and `email`, for clients that never call `/oauth/userinfo`.
    pub id_token_claims: bool,
    /// `None`: RS256 if this service has a key for it, else ES256.
    pub id_token_algorithm: Option<IdTokenAlgorithm>,
}

/// A registered client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    pub id: ClientId,
    pub metadata: ClientMetadata,
    /// The number of its current secret, which only a client that authenticates itself by one is shown.
    pub secret_number: u32,
    /// Until when the secret before is accepted.
    pub previous_secret_until: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub disabled_at: Option<Timestamp>,
}

impl ClientMetadata {
    pub fn is_public(&self) -> bool {
        self.auth_method == AuthMethod::None
    }

    pub fn has_secret(&self) -> bool {
        self.auth_method == AuthMethod::Secret
    }

    pub fn may(&self, grant: Grant) -> bool {
        self.grants.contains(&grant)
    }

    /// The field that contradicts another, if one does.
    pub fn contradiction(&self) -> Option<Field> {
        let name_fits = (1..=policy::CLIENT_NAME_MAX_CHARS).contains(&self.name.chars().count());
        let lists_fit = |list: &[RedirectUri]| list.len() <= policy::REDIRECT_URIS_MAX;
        let redirects = self.may(Grant::AuthorizationCode);
        let uses_tokens = redirects || self.may(Grant::DeviceCode);
        [
            ("client_name", name_fits && !self.name.chars().any(char::is_control)),
            ("jwks", self.jwks.is_some() == (self.auth_method == AuthMethod::PrivateKeyJwt)),
            ("redirect_uris", lists_fit(&self.redirect_uris) && redirects != self.redirect_uris.is_empty()),
            ("post_logout_redirect_uris", lists_fit(&self.post_logout_redirect_uris)),
            ("grant_types", !self.may(Grant::ClientCredentials) || !self.is_public()),
            ("grant_types", !self.may(Grant::RefreshToken) || uses_tokens),
            ("grant_types", !self.grants.is_empty() || self.api.is_some()),
            ("require_pkce", self.requires_pkce || !self.is_public()),
            ("resource_scopes", self.api.as_ref().is_none_or(|api| !api.scopes.iter().any(scopes::is_own))),
        ]
        .into_iter()
        .find_map(|(field, holds)| (!holds).then_some(field))
    }

    /// Whether a user's consent to it may be remembered: its redirect addresses are websites, which nobody else can take over
    /// on the user's device.
    pub fn is_recognizable(&self) -> bool {
        self.redirect_uris.iter().all(|uri| uri.kind == RedirectKind::Https)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn website() -> ClientMetadata {
        ClientMetadata {
            name: "Shop".to_owned(),
            auth_method: AuthMethod::Secret,
            jwks: None,
            redirect_uris: vec![RedirectUri::parse("https://shop.example.com/cb").unwrap()],
            post_logout_redirect_uris: Vec::new(),
            backchannel_logout_uri: None,
            grants: vec![Grant::AuthorizationCode],
            scopes: Scopes::parse("openid").unwrap(),
            api: None,
            first_party: false,
            requires_pkce: true,
            id_token_claims: false,
            id_token_algorithm: None,
        }
    }

    #[test]
    fn ids_are_short_and_plain() {
        for id in ["web", "a-b-c", "0f3", &"a".repeat(64)] {
            assert_eq!(ClientId::parse(id).unwrap().as_str(), id);
        }
        for wrong in ["", "ab", "new", "Web", "we b", "-web", "web-", "web_1", "wéb", "https://a", &"a".repeat(65)] {
            assert_eq!(ClientId::parse(wrong), None, "{wrong}");
        }
        for reserved in ["apikey", "01234567-89ab-4def-8123-456789abcdef"] {
            assert_eq!(ClientId::parse(reserved), None, "{reserved}");
        }
    }

    #[test]
    fn an_id_nobody_chose_is_like_the_name() {
        for (name, id) in [
            ("Shop", "shop-07070707"),
            ("  Mein Lädchen & Co. ", "mein-l-dchen-co-07070707"),
            ("Ключ", "client-07070707"),
            (&"a".repeat(64), &format!("{}-07070707", "a".repeat(55))),
            (&format!("{} b", "a".repeat(54)), &format!("{}-07070707", "a".repeat(54))),
        ] {
            let derived = ClientId::named_after(name, Id::from_bytes([7; 16]));
            assert_eq!(derived.as_str(), id);
            assert_eq!(ClientId::parse(id), Some(derived));
        }
    }

    #[test]
    fn contradictions_are_named() {
        assert_eq!(website().contradiction(), None);
        let changed = |change: fn(&mut ClientMetadata)| {
            let mut metadata = website();
            change(&mut metadata);
            metadata.contradiction()
        };
        assert_eq!(changed(|client| client.name.clear()), Some("client_name"));
        assert_eq!(changed(|client| client.name = "a\nb".to_owned()), Some("client_name"));
        assert_eq!(changed(|client| client.redirect_uris.clear()), Some("redirect_uris"));
        assert_eq!(changed(|client| client.grants = vec![Grant::ClientCredentials]), Some("redirect_uris"));
        assert_eq!(changed(|client| client.grants.clear()), Some("redirect_uris"));
        assert_eq!(changed(|client| client.auth_method = AuthMethod::PrivateKeyJwt), Some("jwks"));
        assert_eq!(changed(|client| client.requires_pkce = false), None);
        let public = |client: &mut ClientMetadata| client.auth_method = AuthMethod::None;
        let mut metadata = website();
        public(&mut metadata);
        assert_eq!(metadata.contradiction(), None);
        metadata.requires_pkce = false;
        assert_eq!(metadata.contradiction(), Some("require_pkce"));
        metadata.requires_pkce = true;
        metadata.grants.push(Grant::ClientCredentials);
        assert_eq!(metadata.contradiction(), Some("grant_types"));
        let mut metadata = website();
        let api = |scopes| Api {
            resource: Resource::parse("https://api.example.com").unwrap(),
            scopes: Scopes::parse(scopes).unwrap(),
            open: false,
        };
        metadata.api = Some(api("files:read"));
        assert_eq!(metadata.contradiction(), None);
        metadata.api = Some(api("files:read email"));
        assert_eq!(metadata.contradiction(), Some("resource_scopes"), "this service gives it its meaning");
    }
}
