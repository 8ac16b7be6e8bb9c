//! `/oauth/authorize`: the request of a client, which its user's browser carries, and the user's decision.

use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::domain::oauth::authorization_request::ResponseMode;
use crate::domain::oauth::parameters::Parameters;
use crate::domain::sessions::session::Session;
use crate::flows::authentication::authenticate;
use crate::flows::context::RequestContext;
use crate::flows::oauth::answer::Answer;
use crate::flows::oauth::authorize::{self, Decision, Judgement, Next};
use crate::ports::Platform;
use crate::web::http::request::{self, Request};
use crate::web::http::response::{self, Response};
use crate::web::pages::layout::csrf_form::CsrfForm;
use crate::web::pages::layout::post_auth_redirect::{self, by_way_of};
use crate::web::pages::layout::signed_in;
use crate::web::pages::oauth::{consent, form_post};

/// A request as a link or a redirect. It leads to a page, or back to the client.
pub async fn show(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    if !post_auth_redirect::navigates(request.headers()) {
        return Err(Error::Forbidden);
    }
    let parameters = Parameters::new(request::query(request));
    match authorize::authorize(ctx, &parameters, session(ctx, request).await?, None).await? {
        Judgement::Permitted(permission) => {
            let code = permission.issue(ctx).await?;
            carry(ctx, request, permission.answer(ctx, code))
        }
        Judgement::Instead(next) => respond(ctx, request, next),
    }
}

/// The same as a form of the client (OpenID Connect Core §3.1.2.1). Browsers send no session with another site's form, so it
/// becomes a link.
pub async fn receive<P>(ctx: &RequestContext<'_, P>, request: &Request) -> Result<Response, Error> {
    let parameters = Parameters::new(request::form(request)?);
    parameters.get("client_id").ok_or(Error::UnknownClient)?;
    let query = parameters.query_without(&[]).finish();
    Ok(response::redirect_to(ctx.settings, &format!("/oauth/authorize?{query}")))
}

/// The user's decision.
pub async fn decide(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    let parameters = Parameters::new(request::pairs(form.text("request")?.as_bytes()));
    let allowed = match form.text("decision")? {
        "allow" => true,
        "deny" => false,
        _ => return Err(Error::InvalidRequest(Some("decision"))),
    };
    let decision = Decision { allowed, token: form.text("consent")? };
    match authorize::authorize(ctx, &parameters, session(ctx, request).await?, Some(decision)).await? {
        Judgement::Permitted(permission) => {
            let code = form.outcome(ctx, permission.issue(ctx).await).await?;
            carry(ctx, request, permission.answer(ctx, code))
        }
        Judgement::Instead(next) => respond(ctx, request, next),
    }
}

/// The browser's session. Whether it is alive is read together with what else a request needs.
pub async fn session(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Option<Id<Session>>, Error> {
    let Some(credential) = signed_in::session_cookie(request) else {
        return Ok(None);
    };
    match authenticate::session(ctx, &credential).await {
        Ok(session) => Ok(Some(session)),
        Err(Error::TokenInvalid) => Ok(None),
        Err(error) => Err(error),
    }
}

fn respond(ctx: &RequestContext<'_, impl Platform>, request: &Request, next: Next) -> Result<Response, Error> {
    let own = |path: &str, more: &[(&str, String)]| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(more);
        let more = query.finish();
        let separator = if more.is_empty() { "" } else { "&" };
        response::redirect_to(ctx.settings, &format!("{path}{separator}{more}"))
    };
    match next {
        Next::SignIn { back, hints } => {
            let (login, provider) = (hints.login.map(|hint| ("login_hint", hint)), hints.provider);
            let hints: Vec<_> = login.into_iter().chain(provider.map(|hint| ("idp_hint", hint))).collect();
            Ok(own(&by_way_of("/account/signin", &back), &hints))
        }
        Next::Confirm { back, since, level } => {
            let since = since.map(|since| ("since", since.seconds().to_string()));
            let level = level.map(|level| ("level", level.as_str().to_owned()));
            Ok(own(&by_way_of("/account/confirm", &back), &since.into_iter().chain(level).collect::<Vec<_>>()))
        }
        Next::Ask(question) => consent::ask(ctx, request, &question),
        Next::Answer(answer) => carry(ctx, request, answer),
    }
}

/// Sends the browser to the client.
fn carry(ctx: &RequestContext<'_, impl Platform>, request: &Request, answer: Answer) -> Result<Response, Error> {
    match answer.destination.mode {
        ResponseMode::FormPost => form_post::carry(ctx, request, &answer),
        ResponseMode::Query => {
            let Answer { destination, parameters } = answer;
            Ok(response::see_other(&post_auth_redirect::with_query(&destination.redirect_uri, &parameters)))
        }
    }
}
