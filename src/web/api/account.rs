//! `local/…` and `me`: the routes of an account.

use http::StatusCode;
use serde::Serialize;
use serde_json::Value;

use crate::domain::accounts::login_name::Identifier;
use crate::domain::accounts::registration::Whose;
use crate::domain::accounts::user::User;
use crate::domain::credentials::mfa_token::Goal;
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::domain::timestamp::Timestamp;
use crate::flows::accounts::activate;
use crate::flows::accounts::delete_account;
use crate::flows::accounts::register::{self, RegistrationInput};
use crate::flows::authentication::{access_tokens, authenticate};
use crate::flows::context::RequestContext;
use crate::flows::sign_in::login;
use crate::ports::Platform;
use crate::web::api::session;
use crate::web::compat::fastschema::fields;
use crate::web::http::credential;
use crate::web::http::request::{Fields, Request, login_name};
use crate::web::http::response::{self, Response};

pub async fn register(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let fields = Fields::json(request)?;
    let login = login_name(fields.text("login")?)?;
    let form = RegistrationInput { login, email: fields.email()?, password: Some(fields.chosen_password()?) };
    register::register(ctx, form).await?;
    Ok(response::message("Registration successful. Please activate your account."))
}

pub async fn activate(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let fields = Fields::json(request)?;
    let login = fields.optional_text("login")?.map(login_name).transpose()?;
    activate::activate(ctx, fields.text("token")?, login, None).await?;
    Ok(response::message("Account activated successfully"))
}

pub async fn send_activation(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let fields = Fields::json(request)?;
    match fields::shown_link(ctx.settings, &fields)? {
        Some(link) => activate::send_again(ctx, Whose::Link(link)).await?,
        None => activate::send_again(ctx, Whose::Address(&fields.email()?)).await?,
    }
    Ok(response::message("Activation email sent"))
}

pub async fn login(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let fields = Fields::json(request)?;
    let identifier = Identifier::parse(fields.text("login")?);
    let lifetimes = &ctx.settings.sessions.lifetimes;
    let (_, session) = login::login(ctx, &identifier, &fields.secret("password")?, lifetimes, Some(Goal::Api)).await?;
    Ok(session::tokens(access_tokens::pair(ctx, &session).await?))
}

/// The members of FastSchema's `me`; only the SDK's envelope adds more.
#[derive(Serialize)]
struct Me {
    id: Id<User>,
    login: String,
    email: String,
    activated: bool,
    created_at: Timestamp,
    updated_at: Timestamp,
    #[serde(flatten)]
    sdk: Option<Value>,
}

pub async fn me(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let caller = authenticate::caller(ctx, &credential::of(ctx, request)?).await?;
    let sdk = fields::user(ctx.settings, caller.user());
    let User { id, login, email, created_at, updated_at, role: _, language: _ } = caller.into_user();
    // A user is always activated: a registration is not a user yet.
    Ok(response::json(StatusCode::OK, &Me { id, login, email, activated: true, created_at, updated_at, sdk }))
}

pub async fn delete(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let signed_in = authenticate::require_recent_session(ctx, &credential::of(ctx, request)?).await?;
    delete_account::delete(ctx, &signed_in).await?;
    Ok(response::empty(StatusCode::NO_CONTENT))
}
