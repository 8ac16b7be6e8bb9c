//! Pushed authorization requests (RFC 9126): a client sends the request itself, and its user's browser carries a reference to it.
//! It is judged as if it were in the URL, and used up by its answer and not by being read: its user may first have to sign in.

use std::borrow::Cow;

use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::domain::oauth::authorization::{self, Authorization};
use crate::domain::oauth::authorization_request::{self, PROVED_SINCE};
use crate::domain::oauth::client::Grant;
use crate::domain::oauth::parameters::Parameters;
use crate::domain::oauth::presented_id::PresentedId;
use crate::domain::oauth::refusal::Refusal;
use crate::domain::oauth::requesting_client::RequestingClient;
use crate::domain::policy;
use crate::domain::timestamp::Timestamp;
use crate::flows::context::RequestContext;
use crate::flows::oauth::client_auth::PresentedClient;
use crate::flows::oauth::known_request;
use crate::ports::{Guard, Platform};
use crate::store::pushed_requests::{self, Pushed};

/// The path of the endpoint, to which the pages return.
const PATH: &str = "/oauth/authorize";

/// RFC 9126 §2.2, RFC 9101 §10.2.
const URN: &str = "urn:ietf:params:oauth:request_uri:";

/// How the client has authenticated itself is no part of the request.
const ABOUT_CLIENT: [&str; 4] = ["client_id", "client_secret", "client_assertion", "client_assertion_type"];

/// Keeps a request that is valid at this moment. Only registered clients push any: the description of another is read for a
/// signed-in user alone. Returns the `request_uri`.
pub async fn push(
    ctx: &RequestContext<'_, impl Platform>,
    presented: &PresentedClient,
    parameters: &Parameters,
) -> Result<String, Error> {
    let client = RequestingClient::registered(presented.authenticate_for(ctx, Grant::AuthorizationCode).await?);
    if parameters.get("request_uri").is_some() {
        return Err(Refusal::invalid("request_uri cannot be pushed.").into());
    }
    let api = known_request::find_api(ctx, parameters.get("resource")).await?;
    if authorization_request::redirect_uri(parameters, &client.metadata).is_err() {
        return Err(Refusal::invalid("redirect_uri is not one of the client's.").into());
    }
    known_request::read(ctx, parameters, &client, api.as_ref(), ctx.now)?;
    let mut query = parameters.query_without(&ABOUT_CLIENT);
    let query = query.append_pair("client_id", client.id.as_str()).finish();
    if query.len() > policy::PUSHED_REQUEST_MAX_BYTES {
        return Err(Refusal::invalid("The request is too long.").into());
    }
    let id = ctx.id()?;
    let row = |guard| pushed_requests::insert(id, &client, &query, guard, ctx.now);
    presented.save(ctx, Grant::AuthorizationCode, row).await?;
    Ok(format!("{URN}{}", authorization::PUSHED.spell(&ctx.settings.keys, id)))
}

/// An authorization request, wherever its parameters are.
pub struct Asked<'a> {
    pub parameters: Cow<'a, Parameters>,
    /// When it was made: the request of a URL is made anew with each reading.
    pub at: Timestamp,
    /// The row of a pushed one, and how our own pages name it.
    pub pushed: Option<(Id<Authorization>, String)>,
    /// Whether a pushed one has had its answer.
    pub answered: bool,
}

/// The request that a URL contains or names.
pub async fn read<'a>(
    ctx: &RequestContext<'_, impl Platform>,
    client: &PresentedId,
    parameters: &'a Parameters,
) -> Result<Asked<'a>, Error> {
    let named = parameters.only("request_uri").and_then(|uri| uri.strip_prefix(URN));
    let Some(named) = named else {
        return Ok(Asked { parameters: Cow::Borrowed(parameters), at: ctx.now, pushed: None, answered: false });
    };
    let keys = &ctx.settings.keys;
    let (fresh, continued) = (authorization::PUSHED.read(keys, named), authorization::CONTINUED.read(keys, named));
    let id = fresh.or(continued).ok_or(Error::UnknownRequest)?;
    let rows = ctx.platform.rows(pushed_requests::find(id, client, ctx.now)).await?;
    let Pushed { request, created_at, answered } = pushed_requests::read(rows.first().ok_or(Error::UnknownRequest)?)?;
    if fresh.is_some() && ctx.now.since(created_at) >= policy::PUSHED_REQUEST_LIFETIME {
        return Err(Error::UnknownRequest);
    }
    let parameters = Parameters::new(form_urlencoded::parse(request.as_bytes()).into_owned().collect());
    let continued = format!("{URN}{}", authorization::CONTINUED.spell(keys, id));
    Ok(Asked { parameters: Cow::Owned(parameters), at: created_at, pushed: Some((id, continued)), answered })
}

impl Asked<'_> {
    /// Names the redirect address, which a client with a single one may leave out: the policy of our pages' forms is read from the
    /// request that they lead back to.
    pub fn name_redirect_uri(&mut self, redirect_uri: &str) {
        if self.parameters.get("redirect_uri").is_none() {
            self.parameters.to_mut().push("redirect_uri", redirect_uri);
        }
    }

    pub fn id(&self) -> Option<Id<Authorization>> {
        self.pushed.as_ref().map(|(id, _)| *id)
    }

    /// The request as it is when the user comes back: a moment takes the place of `prompt=login` and `max_age`, or it would ask
    /// again. A pushed one was made once, so they ask for a proof since then.
    pub fn query(&self, since: Option<Timestamp>) -> String {
        if let Some((_, continued)) = &self.pushed {
            return self.reference(continued);
        }
        let mut query = self.parameters.query_without(&["prompt", "max_age", PROVED_SINCE]);
        let prompt = self.parameters.get("prompt").unwrap_or_default().split(' ').filter(|word| *word != "login");
        let prompt: Vec<_> = prompt.collect();
        if !prompt.concat().is_empty() {
            query.append_pair("prompt", &prompt.join(" "));
        }
        if let Some(since) = since {
            query.append_pair(PROVED_SINCE, &since.seconds().to_string());
        }
        query.finish()
    }

    /// The path that leads to it.
    pub fn back(&self, since: Option<Timestamp>) -> String {
        format!("{PATH}?{}", self.query(since))
    }

    /// The redirect address is repeated for the policy of our pages' forms, and counts for nothing.
    fn reference(&self, continued: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for name in ["client_id", "redirect_uri"] {
            query.extend_pairs(self.parameters.get(name).map(|value| (name, value)));
        }
        query.append_pair("request_uri", continued).finish()
    }

    /// Uses up a pushed request that is refused: another answer may have been faster.
    pub async fn spend(&self, ctx: &RequestContext<'_, impl Platform>) -> Result<(), Error> {
        let Some(id) = self.id() else {
            return Ok(());
        };
        let spent = ctx.platform.rows(pushed_requests::spend(id, &ctx.operation()?, Guard::always())).await?;
        if spent.is_empty() { Err(Error::UnknownRequest) } else { Ok(()) }
    }
}
