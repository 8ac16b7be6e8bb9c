//! Sign-out at the request of a client (OpenID Connect RP-Initiated Logout 1.0). Any site can send a browser here, so only an ID
//! token of this very session replaces the user's decision.

use crate::domain::error::{Error, Fault};
use crate::domain::id::Id;
use crate::domain::oauth::client::{Client, ClientId};
use crate::domain::oauth::id_token_hint::{self, IdTokenHint};
use crate::domain::oauth::parameters::Parameters;
use crate::domain::sessions::session::Session;
use crate::flows::context::RequestContext;
use crate::flows::sign_in::logout;
use crate::ports::{Platform, Row};
use crate::store::signed_in::{self, SignedIn};
use crate::store::{client_sessions, clients};

/// What a request leads to.
pub enum Next {
    /// The user decides. The client gets no answer, whatever they decide.
    Ask(Box<SignedIn>),
    /// Nobody is signed in any more, and the browser goes to this address of the client, if there is one.
    SignedOut(Option<String>),
}

/// Judges a request of a browser, which may have a session.
pub async fn log_out(
    ctx: &RequestContext<'_, impl Platform>,
    parameters: &Parameters,
    session: Option<Id<Session>>,
) -> Result<Next, Error> {
    let hint = Hint::read(ctx, parameters);
    let known = Known::read(ctx, hint.as_ref(), session).await?;
    let destination = Destination::read(parameters, known.client.as_ref());
    match (known.signed_in, destination) {
        (None, Destination::Registered(uri)) => Ok(Next::SignedOut(Some(uri))),
        (None, _) => Ok(Next::SignedOut(None)),
        (Some(signed_in), destination) if known.is_hinted && destination != Destination::Foreign => {
            logout::end(ctx, signed_in.session).await?;
            Ok(Next::SignedOut(destination.uri()))
        }
        (Some(signed_in), _) => Ok(Next::Ask(Box::new(signed_in))),
    }
}

/// A valid `id_token_hint`, and its client.
struct Hint {
    token: IdTokenHint,
    client: ClientId,
}

impl Hint {
    /// `None` also if the request contradicts it: `client_id` must be the client it was issued to (§2).
    fn read<P>(ctx: &RequestContext<'_, P>, parameters: &Parameters) -> Option<Self> {
        parameters.check().ok()?;
        let token = id_token_hint::verify(&ctx.settings.issuer, ctx.now, parameters.get("id_token_hint")?)?;
        let is_consistent = parameters.get("client_id").is_none_or(|client| client == token.aud);
        let client = ClientId::parse(&token.aud).filter(|_| is_consistent)?;
        Some(Self { token, client })
    }
}

/// What the database knows about a request, read in one round trip.
#[derive(Default)]
struct Known {
    signed_in: Option<SignedIn>,
    /// The client of the hint.
    client: Option<Client>,
    /// Whether the session of the hint was obtained in the browser's session.
    is_hinted: bool,
}

impl Known {
    async fn read(
        ctx: &RequestContext<'_, impl Platform>,
        hint: Option<&Hint>,
        session: Option<Id<Session>>,
    ) -> Result<Self, Fault> {
        let mut batch = Vec::new();
        batch.extend(session.map(|session| signed_in::select(session, None, ctx.now)));
        batch.extend(hint.map(|hint| clients::find(&hint.client)));
        batch.extend(session.zip(hint).map(|(session, hint)| {
            let IdTokenHint { sid, sub, .. } = hint.token;
            client_sessions::obtained_in(session, sid, &hint.client, sub)
        }));
        if batch.is_empty() {
            return Ok(Self::default());
        }
        let mut results = ctx.platform.batch(batch).await?.into_iter();
        let mut next = |is_asked: bool| -> Option<Row> {
            is_asked.then(|| results.next()).flatten().and_then(|rows| rows.into_iter().next())
        };
        let signed_in = session.zip(next(session.is_some()));
        Ok(Self {
            signed_in: signed_in.map(|(session, row)| signed_in::read(&row, session)).transpose()?,
            client: next(hint.is_some()).as_ref().map(clients::read).transpose()?,
            is_hinted: next(session.is_some() && hint.is_some()).is_some(),
        })
    }
}

/// Where the browser is to go afterwards.
#[derive(PartialEq, Eq)]
enum Destination {
    /// The request names no address.
    None,
    Registered(String),
    /// The client has not registered it, or the client is unknown.
    Foreign,
}

impl Destination {
    /// `post_logout_redirect_uri`, if it is one of the client's (§3): anything else would make this an open redirector.
    fn read(parameters: &Parameters, client: Option<&Client>) -> Self {
        let Some(uri) = parameters.get("post_logout_redirect_uri") else {
            return Self::None;
        };
        let client = client.filter(|client| client.disabled_at.is_none()).map(|client| &client.metadata);
        let is_registered = client.is_some_and(|client| {
            client.post_logout_redirect_uris.iter().any(|own| own.is_meant_by(uri, client.is_public()))
        });
        if is_registered { Self::Registered(uri.to_owned()) } else { Self::Foreign }
    }

    fn uri(self) -> Option<String> {
        match self {
            Self::Registered(uri) => Some(uri),
            Self::None | Self::Foreign => None,
        }
    }
}
