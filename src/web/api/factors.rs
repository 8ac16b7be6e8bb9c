//! `factors…`, `totp…` and `recovery-codes…`: what an account is signed in to with.

use http::StatusCode;
use serde::Serialize;

use crate::domain::credentials::recovery_codes::RecoveryCode;
use crate::domain::credentials::totp::TotpCode;
use crate::domain::error::Error;
use crate::domain::policy::RECOVERY_CODES;
use crate::domain::timestamp::Timestamp;
use crate::flows::accounts::{authenticator_app, factors, recovery_codes, undo_factor};
use crate::flows::authentication::authenticate;
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::store::identities::Connection;
use crate::store::totp;
use crate::web::api::passkeys::Key;
use crate::web::http::credential;
use crate::web::http::request::{Fields, Request};
use crate::web::http::response::{self, Response};

#[derive(Serialize)]
struct Factors<'a> {
    password: bool,
    totp: Option<App>,
    recovery_codes: Option<Codes>,
    passkeys: Vec<Key<'a>>,
    identities: Vec<Identity<'a>>,
    second_step: bool,
}

#[derive(Serialize)]
struct App {
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
}

/// An account at another provider.
#[derive(Serialize)]
struct Identity<'a> {
    provider: &'a str,
    email: Option<&'a str>,
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
}

impl<'a> From<&'a Connection> for Identity<'a> {
    fn from(connection: &'a Connection) -> Self {
        let Connection { provider, email, created_at, last_used_at, .. } = connection;
        Self { provider, email: email.as_deref(), created_at: *created_at, last_used_at: *last_used_at }
    }
}

#[derive(Serialize)]
struct Codes {
    left: u32,
}

pub async fn list(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let signed_in = authenticate::require_session(ctx, &credential::of(ctx, request)?).await?;
    let all = factors::overview(ctx, signed_in.user.id).await?;
    let app = |totp::Overview { created_at, last_used_at }: &totp::Overview| App {
        created_at: *created_at,
        last_used_at: *last_used_at,
    };
    let listed = Factors {
        password: all.password,
        totp: all.app.as_ref().map(app),
        recovery_codes: all.codes_left.map(|left| Codes { left }),
        passkeys: all.keys.iter().map(Key::from).collect(),
        identities: all.identities.iter().map(Identity::from).collect(),
        second_step: all.has_second_step(),
    };
    Ok(response::json(StatusCode::OK, &listed))
}

/// What is offered to be added to an account.
#[derive(Serialize)]
pub struct Offer {
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recovery_codes: Option<[String; RECOVERY_CODES]>,
    enrolment_token: String,
}

impl Offer {
    /// An authenticator app.
    pub fn of(offer: authenticator_app::Offer) -> Self {
        Self {
            secret: Some(offer.secret.base32()),
            uri: Some(offer.uri),
            recovery_codes: offer.codes.as_ref().map(spelled),
            enrolment_token: offer.token,
        }
    }
}

fn spelled(codes: &[RecoveryCode; RECOVERY_CODES]) -> [String; RECOVERY_CODES] {
    codes.each_ref().map(RecoveryCode::grouped)
}

pub async fn offer_app(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let signed_in = authenticate::require_recent_session(ctx, &credential::of(ctx, request)?).await?;
    let offer = authenticator_app::begin(ctx, &signed_in).await?;
    Ok(response::json(StatusCode::OK, &Offer::of(offer)))
}

pub async fn confirm_app(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let signed_in = authenticate::require_recent_session(ctx, &credential::of(ctx, request)?).await?;
    let fields = Fields::json(request)?;
    let code = TotpCode::parse(fields.text("code")?).ok_or(Error::InvalidRequest(Some("code")))?;
    let (token, saved) = (fields.text("enrolment_token")?, fields.flag("recovery_codes_saved")?);
    authenticator_app::confirm(ctx, &signed_in, token, &code, saved).await?;
    Ok(response::message("Authenticator app added successfully"))
}

pub async fn remove_app(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let signed_in = authenticate::require_recent_session(ctx, &credential::of(ctx, request)?).await?;
    authenticator_app::remove(ctx, &signed_in).await?;
    Ok(response::empty(StatusCode::NO_CONTENT))
}

pub async fn offer_codes(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let signed_in = authenticate::require_recent_session(ctx, &credential::of(ctx, request)?).await?;
    let offer = recovery_codes::begin(ctx, &signed_in)?;
    let recovery_codes = Some(spelled(&offer.codes));
    let shown = Offer { secret: None, uri: None, recovery_codes, enrolment_token: offer.token };
    Ok(response::json(StatusCode::OK, &shown))
}

pub async fn confirm_codes(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let signed_in = authenticate::require_recent_session(ctx, &credential::of(ctx, request)?).await?;
    let fields = Fields::json(request)?;
    let (token, saved) = (fields.text("enrolment_token")?, fields.flag("recovery_codes_saved")?);
    recovery_codes::confirm(ctx, &signed_in, token, saved).await?;
    Ok(response::message("Recovery codes renewed successfully"))
}

pub async fn undo(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let fields = Fields::json(request)?;
    undo_factor::undo(ctx, fields.text("token")?, &fields.secret("password")?).await?;
    Ok(response::message("Account recovered successfully"))
}
