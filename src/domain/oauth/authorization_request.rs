//! Authorization requests (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1), read in two stages: who asks and where the answer goes,
//! and, only once that is certain, the rest. Until then no error may be sent to the redirect address.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use crate::domain::oauth::claims::{self, NotClaims, RequestedClaims, RequestedLevel};
use crate::domain::oauth::client::{ClientMetadata, Grant};
use crate::domain::oauth::parameters::Parameters;
use crate::domain::oauth::pkce::PkceChallenge;
use crate::domain::oauth::refusal::{ErrorName, Refusal};
use crate::domain::oauth::scopes::{self, Scopes};
use crate::domain::policy;
use crate::domain::timestamp::Timestamp;

/// Our own parameter: the earliest proof of identity that the request accepts, in seconds since 1970. It replaces `prompt=login`
/// and `max_age` on the way back from the page that asks for the proof.
pub const PROVED_SINCE: &str = "proved_since";

/// How the answer reaches the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseMode {
    Query,
    /// OAuth 2.0 Form Post Response Mode.
    FormPost,
}

/// Where the answer to a request goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    pub redirect_uri: String,
    pub mode: ResponseMode,
    /// Returned unchanged.
    pub state: Option<String>,
}

/// Why there is no destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoDestination;

impl Destination {
    pub fn read(parameters: &Parameters, client: &ClientMetadata) -> Result<Self, NoDestination> {
        let redirect_uri = redirect_uri(parameters, client)?.to_owned();
        let object = request_object(parameters);
        let told = |name| parameters.get(name).or_else(|| object.get(name)?.as_str());
        let mode =
            if told("response_mode") == Some("form_post") { ResponseMode::FormPost } else { ResponseMode::Query };
        let state = told("state").map(str::to_owned);
        Ok(Self { redirect_uri, mode, state })
    }
}

/// The address that a request names, if it is one of the client's; a client with a single address need not name it.
pub fn redirect_uri<'a>(parameters: &'a Parameters, client: &'a ClientMetadata) -> Result<&'a str, NoDestination> {
    let named = match (parameters.get("redirect_uri"), client.redirect_uris.as_slice()) {
        (Some(_), _) => parameters.only("redirect_uri").ok_or(NoDestination)?,
        (None, [only]) => only.as_str(),
        (None, _) => return Err(NoDestination),
    };
    let is_known = client.redirect_uris.iter().any(|uri| uri.is_meant_by(named, client.is_public()));
    is_known.then_some(named).ok_or(NoDestination)
}

/// The claims of a request object (OpenID Connect Core §6.1), unverified. It is not supported, and only tells how the client receives
/// the error: one that sends an object need not repeat that beside it.
fn request_object(parameters: &Parameters) -> Map<String, Value> {
    let claims = parameters.get("request").and_then(|object| object.split('.').nth(1));
    let claims = claims.and_then(|claims| URL_SAFE_NO_PAD.decode(claims).ok());
    claims.and_then(|claims| serde_json::from_slice(&claims).ok()).unwrap_or_default()
}

/// What the client asks the user to be asked (OpenID Connect Core §3.1.2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prompt {
    /// Nothing may be asked.
    pub none: bool,
    pub consent: bool,
    pub select_account: bool,
}

/// The rest of a request, valid for its client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationRequest {
    pub challenge: Option<PkceChallenge>,
    /// Those that are granted if the user agrees.
    pub scopes: Scopes,
    pub resource: Option<String>,
    pub nonce: Option<String>,
    pub claims: RequestedClaims,
    pub prompt: Prompt,
    /// The earliest acceptable proof of identity.
    pub proved_since: Option<Timestamp>,
    pub level: Option<RequestedLevel>,
    pub id_token_hint: Option<String>,
}

impl AuthorizationRequest {
    pub fn read(parameters: &Parameters, client: &ClientMetadata, now: Timestamp) -> Result<Self, Refusal> {
        parameters.check()?;
        check_kind(parameters, client)?;
        let prompt = prompt(parameters)?;
        let nonce = bounded(parameters, "nonce")?;
        let (named, essential) = claims(parameters)?;
        let voluntary = parameters.get("acr_values").and_then(RequestedLevel::voluntary);
        Ok(Self {
            challenge: challenge(parameters, client)?,
            scopes: scopes(parameters, client)?,
            resource: bounded(parameters, "resource")?,
            nonce,
            claims: named.within(&client.scopes),
            proved_since: proved_since(parameters, now)?,
            prompt,
            level: essential.or(voluntary),
            id_token_hint: bounded(parameters, "id_token_hint")?,
        })
    }

    /// Everything that the user is asked to allow.
    pub fn asked(&self) -> Scopes {
        self.scopes.and(&self.claims.scopes())
    }

    pub fn is_offline(&self) -> bool {
        self.scopes.contains(scopes::OFFLINE_ACCESS)
    }
}

/// Scopes and resource of a request that has no more than these (RFC 8628 §3.1, RFC 8707 §2).
pub fn scopes_and_resource(
    parameters: &Parameters,
    client: &ClientMetadata,
) -> Result<(Scopes, Option<String>), Refusal> {
    Ok((scopes(parameters, client)?, bounded(parameters, "resource")?))
}

/// The parameters that say what kind of request it is.
fn check_kind(parameters: &Parameters, client: &ClientMetadata) -> Result<(), Refusal> {
    for (name, error) in [
        ("request", ErrorName::RequestNotSupported),
        ("request_uri", ErrorName::RequestUriNotSupported),
        ("registration", ErrorName::RegistrationNotSupported),
    ] {
        if parameters.get(name).is_some() {
            return Err(Refusal::new(error, "This parameter is not supported."));
        }
    }
    match parameters.get("response_type") {
        Some("code") => {}
        Some(_) => return Err(Refusal::new(ErrorName::UnsupportedResponseType, "response_type must be code.")),
        None => return Err(Refusal::invalid("response_type is missing.")),
    }
    if !matches!(parameters.get("response_mode"), None | Some("query" | "form_post")) {
        return Err(Refusal::invalid("response_mode must be query or form_post."));
    }
    if !client.may(Grant::AuthorizationCode) {
        return Err(Refusal::new(
            ErrorName::UnauthorizedClient,
            "The client is not registered for authorization_code.",
        ));
    }
    Ok(())
}

/// PKCE protects the code. A client that an administrator has registered without it must protect itself, by a nonce (RFC 9700
/// §2.1.1); OpenID Connect does not let us demand one.
fn challenge(parameters: &Parameters, client: &ClientMetadata) -> Result<Option<PkceChallenge>, Refusal> {
    match (parameters.get("code_challenge"), parameters.get("code_challenge_method")) {
        (Some(challenge), Some("S256")) => {
            let challenge = PkceChallenge::parse(challenge);
            challenge.map(Some).ok_or(Refusal::invalid("code_challenge must be a SHA-256 in base64url."))
        }
        (Some(_), _) => Err(Refusal::invalid("code_challenge_method must be S256.")),
        (None, Some(_)) => Err(Refusal::invalid("code_challenge is missing.")),
        (None, None) if client.requires_pkce => Err(Refusal::invalid("PKCE is required: send code_challenge.")),
        (None, None) => Ok(None),
    }
}

/// `offline_access` is left out for a client without refresh tokens, as OpenID Connect Core §11 says.
fn scopes(parameters: &Parameters, client: &ClientMetadata) -> Result<Scopes, Refusal> {
    let invalid = |description| Refusal::new(ErrorName::InvalidScope, description);
    let asked = Scopes::parse(parameters.get("scope").unwrap_or_default()).ok_or(invalid("scope is malformed."))?;
    let keeps = client.may(Grant::RefreshToken);
    let asked = asked.effective().filter(|scope| scope != scopes::OFFLINE_ACCESS || keeps);
    if asked.is_within(&client.scopes) {
        Ok(asked)
    } else {
        Err(invalid("The client is not registered for this scope."))
    }
}

fn claims(parameters: &Parameters) -> Result<(RequestedClaims, Option<RequestedLevel>), Refusal> {
    match parameters.get("claims").map(claims::requested) {
        None => Ok(Default::default()),
        Some(Ok(requested)) => Ok(requested),
        Some(Err(NotClaims::Malformed)) => Err(Refusal::invalid("claims is malformed.")),
        Some(Err(NotClaims::UnknownLevel)) => {
            Err(Refusal::new(ErrorName::UnmetAuthenticationRequirements, "There is no such acr."))
        }
    }
}

fn prompt(parameters: &Parameters) -> Result<Prompt, Refusal> {
    let words: Vec<_> =
        parameters.get("prompt").unwrap_or_default().split(' ').filter(|word| !word.is_empty()).collect();
    let has = |word| words.contains(&word);
    if has("none") && words.len() > 1 {
        return Err(Refusal::invalid("prompt=none excludes every other prompt."));
    }
    Ok(Prompt { none: has("none"), consent: has("consent"), select_account: has("select_account") })
}

/// The latest of the moments that `prompt=login`, `max_age` and our own parameter demand.
pub fn proved_since(parameters: &Parameters, now: Timestamp) -> Result<Option<Timestamp>, Refusal> {
    let seconds = |name, error| {
        let number = parameters.get(name).map(|text| text.parse::<u32>().map_err(|_| Refusal::invalid(error)));
        number.transpose()
    };
    let wants_login = parameters.get("prompt").is_some_and(|words| words.split(' ').any(|word| word == "login"));
    let max_age = seconds("max_age", "max_age must be a number of seconds.")?;
    let since = seconds(PROVED_SINCE, "proved_since must be a time.")?;
    let moments = [
        wants_login.then_some(now.whole_seconds()),
        max_age.map(|age| Timestamp::from_seconds(now.seconds() - i64::from(age))),
        since.map(|since| Timestamp::from_seconds(since.into())),
    ];
    Ok(moments.into_iter().flatten().max())
}

/// A value that is stored, or repeated in pages.
fn bounded(parameters: &Parameters, name: &str) -> Result<Option<String>, Refusal> {
    let value = parameters.get(name);
    if value.is_some_and(|value| value.len() > policy::AUTHORIZATION_PARAMETER_MAX_BYTES || value.contains('\0')) {
        return Err(Refusal::invalid("A parameter is too long."));
    }
    Ok(value.map(str::to_owned))
}
