//! `/account/with/…`: to another provider and back. Everything on the way is in cookies of this browser.

use crate::domain::error::{Error, ProviderProblem};
use crate::domain::id::Id;
use crate::domain::identity_providers::provider::IdentityProvider;
use crate::domain::identity_providers::sign_in_state::{Held, PendingIdentity, SignInPurpose, SignInState};
use crate::domain::policy;
use crate::domain::sessions::session::Session;
use crate::flows::context::RequestContext;
use crate::flows::identity_providers::identify::{self, ProviderAnswer};
use crate::flows::identity_providers::{begin, connections, problems, sign_in};
use crate::ports::Platform;
use crate::web::http::credential::{cookie, cookies};
use crate::web::http::request::{self, Request};
use crate::web::http::response::{self, Response};
use crate::web::pages::account::{reauthenticate, security};
use crate::web::pages::layout::csrf_form::set_cookie;
use crate::web::pages::layout::page_context::PageContext;
use crate::web::pages::layout::post_auth_redirect::PostAuthRedirect;
use crate::web::pages::layout::signed_in::{self, SignedInPage};
use crate::web::pages::pending_identity;
use crate::web::pages::sign_in::second_step::next_step;
use crate::web::pages::sign_in::sign_in_form::{ask_for_password, enter};

/// The cookie of a sign-in that was begun, before the beginning of its id: several may be begun at once.
const STATE_COOKIE: &str = "__Host-with-";

/// The page on which it is decided whose the identity is.
pub const CONNECT_PAGE: &str = "/account/connect";

/// Sends the user to a provider: to sign in, or to connect an account if they are signed in.
pub async fn start(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let provider = ctx.settings.identity_provider(request::last_segment(request)).ok_or(Error::NotFound)?;
    let parameters = request::query(request);
    let find = |name| parameters.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    let next = PostAuthRedirect::read(ctx, find)?;
    let wants_proof = find("reauthenticate") == "1" && provider.kind.reauthenticates();
    let purpose = match signed_in::current_user(ctx, request).await? {
        Some(signed_in) if wants_proof => SignInPurpose::Reauthenticate(signed_in.session),
        Some(signed_in) => SignInPurpose::Connect(signed_in.session),
        None => SignInPurpose::SignIn,
    };
    let begun = match begin::begin(ctx, provider, next.path(), purpose).await {
        Err(error @ Error::Provider { .. }) => return refuse(ctx, request, &next.path(), error).await,
        begun => begun?,
    };
    let mut response = response::see_other(&begun.location);
    let held: Vec<_> = states(request).collect();
    for name in held.iter().take((held.len() + 1).saturating_sub(policy::FEDERATED_SIGN_INS_HELD)) {
        set_cookie(&mut response, name, "", Some(0));
    }
    pending_identity::hold_as(ctx, &mut response, &state_cookie(begun.state.id), &begun.state)?;
    Ok(response)
}

fn state_cookie(id: Id<SignInState>) -> String {
    let id = id.to_string();
    format!("{STATE_COOKIE}{}", id.get(..8).unwrap_or_default())
}

fn states(request: &Request) -> impl Iterator<Item = String> {
    let named = cookies(request.headers()).filter(|(name, _)| name.starts_with(STATE_COOKIE));
    named.map(|(name, _)| name.to_owned())
}

/// Apple's answer is a form of its site, with which a browser sends no cookies: it becomes a link.
pub fn receive(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let fields = request::form(request)?;
    let known = fields.iter().filter(|(name, _)| matches!(name.as_str(), "code" | "state" | "error" | "iss"));
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(known).finish();
    Ok(response::redirect_to(ctx.settings, &format!("{}?{query}", request.uri().path())))
}

/// The user comes back.
pub async fn come_back(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let id = request::second_last_segment(request);
    let provider = ctx.settings.identity_provider(id).ok_or(Error::NotFound)?;
    let parameters = request::query(request);
    let find = |name| parameters.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    let Some((name, state)) = state(ctx, request, provider, find("state")) else {
        return refuse(ctx, request, "", ProviderProblem::Expired.at(&provider.name)).await;
    };
    let answer = ProviderAnswer { code: find("code"), error: find("error"), iss: find("iss") };
    let mut response = match identify::identify(ctx, provider, &state, &answer).await {
        Ok(identity) => {
            let pending = PendingIdentity::of(&state, identity, ctx.now + policy::FEDERATED_SIGN_IN_LIFETIME);
            go_on(ctx, request, provider, &state, pending).await?
        }
        Err(problem) => refuse(ctx, request, &state.back, problems::report(ctx, provider, problem)).await?,
    };
    set_cookie(&mut response, &name, "", Some(0));
    Ok(response)
}

/// On with the proof, into the account that has the identity, or else to the page that asks whose it is.
async fn go_on(
    ctx: &RequestContext<'_, impl Platform>,
    request: &Request,
    provider: &IdentityProvider,
    state: &SignInState,
    pending: PendingIdentity,
) -> Result<Response, Error> {
    if let SignInPurpose::Reauthenticate(_) = state.purpose {
        return reauthenticate::prove_with_provider(ctx, request, provider, state, &pending).await;
    }
    if state.purpose == SignInPurpose::SignIn {
        let mut entered = sign_in::sign_in(ctx, &pending).await;
        if matches!(entered, Ok(None)) && connections::connect_trusted(ctx, &pending).await? {
            entered = sign_in::sign_in(ctx, &pending).await;
        }
        if let Some(response) = entered_page(ctx, request, &pending.back, entered).await? {
            return Ok(response);
        }
    }
    let mut response = response::redirect_to(ctx.settings, CONNECT_PAGE);
    pending_identity::hold(ctx, &mut response, &pending)?;
    Ok(response)
}

/// Where a sign-in leads: on with a session, or to the second step. `None` if no account has the identity.
pub async fn entered_page(
    ctx: &RequestContext<'_, impl Platform>,
    request: &Request,
    back: &str,
    entered: Result<Option<Session>, Error>,
) -> Result<Option<Response>, Error> {
    let next = PostAuthRedirect::to(ctx, back)?;
    match entered {
        Ok(Some(session)) => enter(ctx, request, &next, &session).await.map(Some),
        Ok(None) => Ok(None),
        Err(error) => {
            let page = PageContext::new(ctx, request)?;
            next_step(&page, &next, error, |error| ask_for_password(&page, &next, "", Some(error))).await.map(Some)
        }
    }
}

/// The sign-in with this `state` that was begun at this provider in this browser, and its cookie.
fn state<P>(
    ctx: &RequestContext<'_, P>,
    request: &Request,
    provider: &IdentityProvider,
    named: &str,
) -> Option<(String, SignInState)> {
    let id: Id<SignInState> = named.parse().ok()?;
    let name = state_cookie(id);
    let sealed = cookie(request.headers(), &name).ok().flatten()?;
    let state = SignInState::open(&ctx.settings.keys, ctx.now, sealed.expose())?;
    (state.id == id && state.provider == provider.id).then_some((name, state))
}

/// Nothing was done, and the other ways to sign in stand. Whoever is signed in was about to connect an account, or to prove their
/// identity.
async fn refuse(
    ctx: &RequestContext<'_, impl Platform>,
    request: &Request,
    back: &str,
    error: Error,
) -> Result<Response, Error> {
    match SignedInPage::load(ctx, request).await {
        Err(Error::Unauthorized) => {}
        page => return security::respond(ctx, &page?, Some(&error)).await,
    }
    let next = PostAuthRedirect::read(ctx, |name| if name == "r" { back } else { "" })?;
    ask_for_password(&PageContext::new(ctx, request)?, &next, "", Some(&error))
}
