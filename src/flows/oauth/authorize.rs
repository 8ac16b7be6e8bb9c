//! Authorization requests (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2): what the user still has to do, and then the code.
//!
//! The request's own URL is all the state there is, unless the request was pushed. A page that the user has to pass returns to it,
//! and it is judged anew.

use crate::domain::error::{Error, Fault};
use crate::domain::id::Id;
use crate::domain::oauth::authorization_request::{self, AuthorizationRequest, Destination};
use crate::domain::oauth::consent_token;
use crate::domain::oauth::parameters::Parameters;
use crate::domain::oauth::presented_id::PresentedId;
use crate::domain::oauth::refusal::{ErrorName, Refusal};
use crate::domain::oauth::requesting_client::RequestingClient;
use crate::domain::oauth::scopes::Scopes;
use crate::domain::policy;
use crate::domain::sessions::auth_methods::AuthLevel;
use crate::domain::sessions::session::Session;
use crate::domain::timestamp::Timestamp;
use crate::flows::authentication::authenticate;
use crate::flows::context::RequestContext;
use crate::flows::oauth::answer::Answer;
use crate::flows::oauth::hints;
use crate::flows::oauth::known_request::{self, Known};
use crate::flows::oauth::permission::Permission;
use crate::flows::oauth::pushed_requests::{self, Asked};
use crate::ports::Platform;
use crate::store::signed_in::SignedIn;

/// What becomes of a request.
pub enum Judgement {
    /// The client may get a code.
    Permitted(Box<Permission>),
    /// Something comes before that, or instead.
    Instead(Next),
}

/// How the client would like the user to sign in.
pub struct Hints {
    /// With this name or address (OpenID Connect Core §3.1.2.1).
    pub login: Option<String>,
    /// With the identity provider of this id.
    pub provider: Option<String>,
}

/// What a request leads to that is not answered with a code.
pub enum Next {
    /// The user signs in and comes back.
    SignIn { back: String, hints: Hints },
    /// The signed-in user proves their identity and comes back: later than `since`, or at a level.
    Confirm { back: String, since: Option<Timestamp>, level: Option<AuthLevel> },
    /// The user decides.
    Ask(Box<Question>),
    /// The client gets an error.
    Answer(Answer),
}

/// What the user decides about.
pub struct Question {
    pub signed_in: SignedIn,
    pub client: RequestingClient,
    pub request: AuthorizationRequest,
    pub destination: Destination,
    /// The request, for the form to repeat.
    pub query: String,
    /// Ties the form to this request and this session.
    pub token: String,
}

/// The user's decision.
pub struct Decision<'a> {
    pub allowed: bool,
    /// The token of the question.
    pub token: &'a str,
}

/// Judges a request of a browser, which may have a session. `decision` is the user's answer to the question. An error is for the
/// user: only once the redirect address is known to be the client's, errors go there.
pub async fn authorize(
    ctx: &RequestContext<'_, impl Platform>,
    parameters: &Parameters,
    session: Option<Id<Session>>,
    decision: Option<Decision<'_>>,
) -> Result<Judgement, Error> {
    let id = parameters.only("client_id").and_then(|id| PresentedId::parse(&ctx.settings.client_ids(), ctx.now, id));
    let id = id.ok_or(Error::UnknownClient)?;
    let mut asked = pushed_requests::read(ctx, &id, parameters).await?;
    let judgement = judge(ctx, id, &mut asked, session, decision).await?;
    match &judgement {
        // Of a form that was sent twice, the second finds the request answered: issuing loses, and the first one's code is sent again.
        Judgement::Permitted(permission) if permission.decided => {}
        _ if asked.answered => return Err(Error::UnknownRequest),
        Judgement::Instead(Next::Answer(_)) => asked.spend(ctx).await?,
        Judgement::Permitted(_) | Judgement::Instead(_) => {}
    }
    Ok(judgement)
}

async fn judge(
    ctx: &RequestContext<'_, impl Platform>,
    id: PresentedId,
    asked: &mut Asked<'_>,
    session: Option<Id<Session>>,
    decision: Option<Decision<'_>>,
) -> Result<Judgement, Error> {
    let known = Known::read(ctx, &id, session, asked.parameters.get("resource")).await?;
    if let (PresentedId::Document(_), None) = (&id, &known.signed_in) {
        return Ok(Judgement::Instead(sign_in_first(asked)));
    }
    let client = known.client(ctx, id).await?;
    let destination = Destination::read(&asked.parameters, &client.metadata).map_err(|_| Error::UnknownRedirect)?;
    asked.name_redirect_uri(&destination.redirect_uri);
    let request = match known_request::read(ctx, &asked.parameters, &client, known.api.as_ref(), asked.at) {
        Ok(request) => request,
        Err(refusal) => return refuse(ctx, &client, destination, refusal).map(Judgement::Instead),
    };
    let Some(signed_in) = known.signed_in else {
        if request.prompt.none {
            let refusal = Refusal::new(ErrorName::LoginRequired, "Nobody is signed in.");
            return refuse(ctx, &client, destination, refusal).map(Judgement::Instead);
        }
        let back = asked.back(request.proved_since);
        return Ok(Judgement::Instead(Next::SignIn { back, hints: hints(asked) }));
    };
    authenticate::note_use(ctx, &signed_in);
    let judged = Judged { signed_in, client, request, destination };
    match judged.proof(ctx).await? {
        Proof::Enough => judged.ask_or_permit(ctx, asked, known.consent, decision),
        missing => judged.ask_for(ctx, asked, missing).map(Judgement::Instead),
    }
}

/// What a client describes is read for a signed-in user alone. Until then not even its redirect addresses are known.
fn sign_in_first(asked: &Asked<'_>) -> Next {
    let parameters = &*asked.parameters;
    let since = authorization_request::proved_since(parameters, asked.at).ok().flatten();
    Next::SignIn { back: asked.back(since), hints: hints(asked) }
}

fn hints(asked: &Asked<'_>) -> Hints {
    let bounded = |hint: &&str| hint.len() <= policy::AUTHORIZATION_PARAMETER_MAX_BYTES;
    let hint = |name| asked.parameters.get(name).filter(bounded).map(str::to_owned);
    Hints { login: hint("login_hint"), provider: hint("idp_hint") }
}

/// What the user's session still has to prove.
enum Proof {
    Enough,
    /// With the level, if that is what it lacks.
    Missing(Option<AuthLevel>),
    /// The account cannot reach the level, and the client wants nothing less.
    Impossible,
    /// The client expects another user.
    OfAnother,
}

/// A valid request, and the user who is signed in.
struct Judged {
    signed_in: SignedIn,
    client: RequestingClient,
    request: AuthorizationRequest,
    destination: Destination,
}

impl Judged {
    /// The account's own level always counts. What a client asks for beyond it is met where the account can.
    async fn proof(&self, ctx: &RequestContext<'_, impl Platform>) -> Result<Proof, Fault> {
        let (signed_in, request) = (&self.signed_in, &self.request);
        if !self.is_expected(ctx).await? {
            return Ok(Proof::OfAnother);
        }
        let wanted = request.level.filter(|wanted| wanted.level > signed_in.methods.level());
        let reachable = signed_in.second_factors.is_on() || signed_in.second_factors.passkey;
        match wanted {
            Some(wanted) if reachable => return Ok(Proof::Missing(Some(wanted.level))),
            Some(wanted) if wanted.essential => return Ok(Proof::Impossible),
            _ => {}
        }
        let is_recent = request.proved_since.is_none_or(|since| signed_in.auth_time >= since);
        let is_enough = is_recent && authenticate::check_level(ctx, signed_in).is_ok();
        Ok(if is_enough { Proof::Enough } else { Proof::Missing(None) })
    }

    /// Whether the user is the one of the `id_token_hint`, if there is one (OpenID Connect Core §3.1.2.1).
    async fn is_expected(&self, ctx: &RequestContext<'_, impl Platform>) -> Result<bool, Fault> {
        let Some(hint) = &self.request.id_token_hint else { return Ok(true) };
        Ok(hints::verify(ctx, hint).await?.is_some_and(|hint| hint.sub == self.signed_in.user.id))
    }

    fn ask_for<P>(self, ctx: &RequestContext<'_, P>, asked: &Asked<'_>, missing: Proof) -> Result<Next, Error> {
        let refusal = match missing {
            Proof::Missing(level) if !self.request.prompt.none => {
                let since = self.request.proved_since;
                return Ok(Next::Confirm { back: asked.back(since), since, level });
            }
            Proof::OfAnother => Refusal::new(ErrorName::LoginRequired, "Another user is signed in."),
            Proof::Impossible => {
                Refusal::new(ErrorName::UnmetAuthenticationRequirements, "The account has no second factor.")
            }
            _ => Refusal::new(ErrorName::LoginRequired, "The user must prove their identity again."),
        };
        refuse(ctx, &self.client, self.destination, refusal)
    }

    fn ask_or_permit<P>(
        self,
        ctx: &RequestContext<'_, P>,
        asked: &Asked<'_>,
        consent: Option<Scopes>,
        decision: Option<Decision<'_>>,
    ) -> Result<Judgement, Error> {
        let query = asked.query(self.request.proved_since);
        let (keys, question) = (&ctx.settings.keys, self.question(&query));
        let is_of_question =
            |one: &Decision<'_>| consent_token::verify(keys, self.signed_in.session, &question, one.token);
        match &decision {
            Some(one) if is_of_question(one) && one.allowed => return Ok(self.permit(asked, true)),
            Some(one) if is_of_question(one) => {
                let refusal = Refusal::new(ErrorName::AccessDenied, "The user did not allow it.");
                return Ok(Judgement::Instead(Next::Answer(Answer::refusal(ctx, self.destination, refusal))));
            }
            // Who has answered another question is asked this one: an answer is never taken for a permission that it was not.
            Some(_) => {}
            None if self.needs_no_question(consent.as_ref()) => return Ok(self.permit(asked, false)),
            None if self.request.prompt.none => {
                let refusal = Refusal::new(ErrorName::ConsentRequired, "The user must allow it first.");
                return refuse(ctx, &self.client, self.destination, refusal).map(Judgement::Instead);
            }
            None => {}
        }
        let token = consent_token::mint(keys, self.signed_in.session, &question);
        let Self { signed_in, client, request, destination } = self;
        Ok(Judgement::Instead(Next::Ask(Box::new(Question { signed_in, client, request, destination, query, token }))))
    }

    /// Anybody's program can be where an app is, also where one of ours is expected (RFC 8252 §8.6): only websites go on unasked.
    fn needs_no_question(&self, consent: Option<&Scopes>) -> bool {
        let is_allowed = |consent: &Scopes| self.request.asked().is_within(consent);
        let is_known =
            self.client.is_recognizable() && (self.client.metadata.first_party || consent.is_some_and(is_allowed));
        let prompt = self.request.prompt;
        is_known && !prompt.consent && !prompt.select_account
    }

    fn permit(self, asked: &Asked<'_>, decided: bool) -> Judgement {
        let Self { signed_in, client, request, destination } = self;
        let pushed = asked.id();
        Judgement::Permitted(Box::new(Permission { signed_in, client, request, destination, decided, pushed }))
    }

    /// What the user is asked, for the token: the name of a client that describes itself may change until they answer.
    fn question(&self, query: &str) -> String {
        if self.client.is_registered() {
            return query.to_owned();
        }
        format!("{query}\n{}", self.client.metadata.name)
    }
}

/// An error for the client. A client that nobody registered is anybody's, and so is its address: until its user has decided, the error
/// stays here (RFC 9700 §4.11.2).
fn refuse<P>(
    ctx: &RequestContext<'_, P>,
    client: &RequestingClient,
    destination: Destination,
    refusal: Refusal,
) -> Result<Next, Error> {
    if client.is_registered() {
        Ok(Next::Answer(Answer::refusal(ctx, destination, refusal)))
    } else {
        Err(Error::OAuth(refusal))
    }
}
