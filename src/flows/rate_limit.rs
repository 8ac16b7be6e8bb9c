//! Rate limits, as flows apply them (`domain::rate_limit` has the table).

use crate::domain::accounts::email_address;
use crate::domain::accounts::login_name::Identifier;
use crate::domain::accounts::registration::Registration;
use crate::domain::accounts::user::User;
use crate::domain::error::{Error, Fault};
use crate::domain::id::Id;
use crate::domain::rate_limit::{Counter, Guessable, KnownClient, RateLimitClass, Strangers};
use crate::flows::context::RequestContext;
use crate::flows::transaction::Actor;
use crate::ports::{Guard, Platform, RateLimiter, Row, Statement};
use crate::store::attempts::{self, Attempt};
use crate::store::signed_in::SignedIn;
use crate::store::{conditions, devices, networks, second_factors};

/// The first layer: requests per address and rate-limit class.
pub async fn by_address(ctx: &RequestContext<'_, impl RateLimiter>, class: RateLimitClass) -> Result<(), Error> {
    if !ctx.settings.operation.limits_address {
        return Ok(());
    }
    let admitted = ctx.platform.admits(class, ctx.client.network().as_str()).await?;
    if admitted { Ok(()) } else { Err(Error::RateLimited(class.window().as_secs())) }
}

/// The same for one user, from wherever their requests come.
pub async fn by_user(
    ctx: &RequestContext<'_, impl RateLimiter>,
    class: RateLimitClass,
    user: Id<User>,
) -> Result<(), Error> {
    let admitted = ctx.platform.admits(class, &format!("user {user}")).await?;
    if admitted { Ok(()) } else { Err(Error::RateLimited(class.window().as_secs())) }
}

/// A try by a client that names an account.
pub fn attempt<P: Platform>(
    ctx: &RequestContext<'_, P>,
    what: Guessable,
    identifier: &Identifier,
) -> Result<Attempt, Fault> {
    let counter = |from: Option<&KnownClient>| what.counter(&ctx.settings.keys, identifier.as_str(), from);
    let places = client_places(ctx).into_iter().map(|place| (counter(Some(&place)), knows(ctx, identifier, &place)));
    // A code can only be tried after it was requested, and the request was counted then.
    let quota = (what == Guessable::Password).then(|| ctx.quota(Strangers::Failures)).transpose()?;
    Ok(Attempt {
        what,
        places: places.collect(),
        elsewhere: counter(None),
        within: None,
        quota,
        form: ctx.submission.get(),
    })
}

/// Holds if the typed identifier names an account that knows the client's device or network.
pub fn is_known_client<P>(ctx: &RequestContext<'_, P>, identifier: &Identifier) -> Guard {
    let known = client_places(ctx).into_iter().map(|place| knows(ctx, identifier, &place));
    known.reduce(Guard::or).unwrap_or(Guard::never())
}

/// The client that requests or types a code, as a JSON array of counter ids that do not reveal its device or network.
pub fn asks_from<P>(ctx: &RequestContext<'_, P>, folded: &str) -> String {
    let names = |place: KnownClient| Guessable::Code.counters(&ctx.settings.keys, folded, &place);
    let names: Vec<_> = client_places(ctx).into_iter().flat_map(names).map(|name| name.to_string()).collect();
    format!("{names:?}")
}

/// The client's device and network. The device comes first: it is used by one client, while a network may be shared.
fn client_places<P>(ctx: &RequestContext<'_, P>) -> Vec<KnownClient> {
    let network = Some(ctx.client.network()).filter(|network| !network.is_shared());
    let device = ctx.client.device.map(KnownClient::Device);
    device.into_iter().chain(network.map(KnownClient::Network)).collect()
}

fn knows<P>(ctx: &RequestContext<'_, P>, identifier: &Identifier, place: &KnownClient) -> Guard {
    match place {
        KnownClient::Device(device) => devices::knows(identifier, *device, ctx.now),
        KnownClient::Network(network) => networks::knows(identifier, network, ctx.now),
    }
}

/// A try within a session. It is counted per session, so a stolen session cannot lock out the account's other sessions.
/// Sessions created by tickets count for the session of the original sign-in.
pub fn attempt_in_session<P>(ctx: &RequestContext<'_, P>, what: Guessable, signed_in: &SignedIn) -> Attempt {
    let subject = format!("{} {}", signed_in.user.id, signed_in.root);
    let elsewhere = what.counter(&ctx.settings.keys, &subject, None);
    Attempt {
        what,
        places: Vec::new(),
        elsewhere,
        within: Some(signed_in.lives(ctx.now)),
        quota: None,
        form: ctx.submission.get(),
    }
}

/// A try by a signed-in user, counted for all of their sessions together.
pub fn attempt_of_user<P>(ctx: &RequestContext<'_, P>, what: Guessable, signed_in: &SignedIn) -> Attempt {
    let elsewhere = what.counter(&ctx.settings.keys, &signed_in.user.id.to_string(), None);
    Attempt { elsewhere, ..attempt_in_session(ctx, what, signed_in) }
}

/// A try at the password of a registration by the holder of its link, counted per registration: it cannot lock out other
/// clients.
pub fn attempt_at_link<P>(ctx: &RequestContext<'_, P>, registration: Id<Registration>) -> Attempt {
    let counter = Guessable::Proof.counter(&ctx.settings.keys, &format!("registration {registration}"), None);
    Attempt {
        what: Guessable::Proof,
        places: Vec::new(),
        elsewhere: counter,
        within: None,
        quota: None,
        form: ctx.submission.get(),
    }
}

/// After recovery by email, under a guard: trust only the current network, and with two-step sign-in only if it was known, clear the failure counters here, and forget every
/// other known network and device, because another client there may be why recovery was needed.
pub fn reset_known_clients<P>(
    ctx: &RequestContext<'_, P>,
    user: Id<User>,
    login: &str,
    email: &str,
    guard: Guard,
) -> Vec<Statement> {
    let (keys, folded) = (&ctx.settings.keys, email_address::fold(email));
    let counters = client_places(ctx).into_iter().flat_map(|here| {
        let counter = |what: Guessable, subject: &str| what.counter(keys, subject, Some(&here));
        [counter(Guessable::Password, login), counter(Guessable::Password, &folded), counter(Guessable::Code, &folded)]
    });
    let forgotten = counters.map(|counter| attempts::forget(counter, guard.clone()));
    let here = ctx.client.whereabouts();
    // The mailbox alone makes no place known to an account with a second step: each known place has guesses at that of its own.
    let one_step = guard.clone().and(second_factors::are_off(user));
    let known = [
        networks::forget_others(user, &here, guard.clone()),
        devices::forget_others(user, None, guard.clone()),
        networks::note(user, &here, one_step, ctx.now),
    ];
    known.into_iter().chain(forgotten).collect()
}

/// A try that counts as a failure until it has succeeded.
#[derive(Clone, Copy)]
pub struct Spent {
    pub counter: Id<Counter>,
    /// Whether the account knows the device or the network.
    pub at_known_place: bool,
}

impl Spent {
    /// Reads the rows of [`attempts::spend`]; `None` if the try was not counted.
    pub fn read(attempt: &Attempt, rows: &[Row]) -> Result<Option<Self>, Fault> {
        let counter = rows.first().map(attempts::read_spent).transpose()?;
        Ok(counter.map(|counter| Self { counter, at_known_place: counter != attempt.elsewhere }))
    }
}

/// Counts a try and loads the value it is compared with, in one round trip. Over a limit nothing is counted, and the error says
/// so. A try from a place that the account does not know also counts against the quota for anonymous requests.
pub async fn spend(
    ctx: &RequestContext<'_, impl Platform>,
    attempt: &Attempt,
    load: Statement,
) -> Result<(Spent, Vec<Row>), Error> {
    let now = ctx.now;
    let counted = [attempts::spend(attempt, Guard::always(), now), attempts::opening(attempt, now), load];
    let [spent, opening, loaded] = match &attempt.quota {
        Some(quota) => {
            let [counted, waited, load] = counted;
            let [_, rows @ ..] =
                ctx.batch_array([attempts::spend_quota(attempt, quota, now), counted, waited, load]).await?;
            rows
        }
        None => ctx.batch_array(counted).await?,
    };
    match Spent::read(attempt, &spent)? {
        Some(spent) => Ok((spent, loaded)),
        None => {
            let untaken = || match attempt.quota {
                Some(_) => ctx.over_quota(),
                None => Fault::new("database", "counted no try").into(),
            };
            Err(refusal(ctx, attempt, &opening).await?.unwrap_or_else(untaken))
        }
    }
}

/// Why a try was refused: a limit, or the end of the session it was made in. `None` if neither applies.
pub async fn refusal(
    ctx: &RequestContext<'_, impl Platform>,
    attempt: &Attempt,
    opening: &[Row],
) -> Result<Option<Error>, Fault> {
    let open_at = opening.first().map(attempts::read_opening).transpose()?.filter(|open_at| *open_at > ctx.now);
    if let Some(open_at) = open_at {
        return Ok(Some(Error::RateLimited(open_at.seconds_from(ctx.now))));
    }
    match &attempt.within {
        Some(lives) if !conditions::holds(ctx.platform, lives.clone()).await? => Ok(Some(Error::TokenRevoked)),
        _ => Ok(None),
    }
}
