//! Issues the code of an authorization request that was permitted.

use crate::domain::audit::{Act, Entry};
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::domain::oauth::authorization::{self, Authorization};
use crate::domain::oauth::authorization_request::{AuthorizationRequest, Destination};
use crate::domain::oauth::requesting_client::RequestingClient;
use crate::domain::policy;
use crate::flows::context::RequestContext;
use crate::flows::oauth::answer::Answer;
use crate::flows::transaction::Transaction;
use crate::ports::{Guard, Platform};
use crate::store::authorizations::{self, NewCode};
use crate::store::signed_in::SignedIn;
use crate::store::{client_proofs, consents, pushed_requests};

/// A request that may be answered with a code.
pub struct Permission {
    pub signed_in: SignedIn,
    pub client: RequestingClient,
    pub request: AuthorizationRequest,
    pub destination: Destination,
    /// Whether the user has allowed it just now.
    pub decided: bool,
    /// The row of a pushed request.
    pub pushed: Option<Id<Authorization>>,
}

impl Permission {
    /// Issues a code, unless the session or the client has ended meanwhile, or the pushed request was answered.
    pub async fn issue(&self, ctx: &RequestContext<'_, impl Platform>) -> Result<Id<Authorization>, Error> {
        let Self { signed_in, client, request, destination, .. } = self;
        let id = ctx.id_beside(signed_in.session)?;
        let new = NewCode {
            id,
            session: signed_in.session,
            client,
            request,
            destination,
            address: &ctx.client.address,
            agent: &ctx.client.agent,
            place: ctx.client.location(),
            device: ctx.client.device,
            expires_at: ctx.now + policy::AUTHORIZATION_CODE_LIFETIME,
        };
        let waits = self.pushed.map_or(Guard::always(), |id| pushed_requests::waits(id, ctx.now));
        let guard = client_proofs::is_enabled(&client.id).and(waits);
        let first = authorizations::insert_code(&new, guard, ctx.now);
        let entry = Entry::of(Act::Authorize).in_session(signed_in.session);
        let mut transaction = Transaction::by(ctx, signed_in, entry, first, authorizations::find(id));
        if self.decided && client.is_recognizable() {
            let (user, asked, resource) = (signed_in.user.id, request.asked(), request.resource.as_deref());
            transaction.then(|won| consents::remember(user, client, resource, &asked, won, ctx.now));
        }
        let op = ctx.operation()?;
        transaction.extend(self.pushed.map(|id| pushed_requests::spend(id, &op, transaction.won())));
        let lost = if self.pushed.is_some() { Error::UnknownRequest } else { Error::UnknownClient };
        transaction.commit_or(lost).await.map(|_| id)
    }

    /// The answer with this code.
    pub fn answer<P>(self, ctx: &RequestContext<'_, P>, id: Id<Authorization>) -> Answer {
        Answer::code(ctx, self.destination, authorization::CODE.spell(&ctx.settings.keys, id))
    }
}
