//! Limits, as every limited act meets them (`domain::limit` has the table).

use crate::domain::email;
use crate::domain::error::{Error, Fault};
use crate::domain::id::Id;
use crate::domain::limit::{Counter, Guessable, Lane};
use crate::domain::login_name::Identifier;
use crate::domain::session::Session;
use crate::domain::timestamp::Timestamp;
use crate::domain::user::User;
use crate::flows::visit::Visit;
use crate::ports::{Guard, Platform, RateLimiter, Row, Statement};
use crate::store::attempts::{self, Attempt};
use crate::store::networks;

/// The first layer: how often an address does what is done in a lane.
pub async fn by_address(visit: &Visit<'_, impl RateLimiter>, lane: Lane) -> Result<(), Error> {
    if !visit.settings.limits_address {
        return Ok(());
    }
    let admitted = visit.on.admits(lane, visit.visitor.network().as_str()).await?;
    if admitted { Ok(()) } else { Err(Error::RateLimited(lane.window().as_secs())) }
}

/// A try by somebody who says who they are.
pub fn attempt<P>(visit: &Visit<'_, P>, what: Guessable, who: &Identifier) -> Attempt {
    let (keys, network) = (&visit.settings.keys, visit.visitor.network());
    Attempt {
        what,
        known_network: if network.is_shared() { Guard::never() } else { networks::knows(who, &network, visit.now) },
        at_known_network: what.counter(keys, who.as_str(), Some(&network)),
        elsewhere: what.counter(keys, who.as_str(), None),
    }
}

/// A try within a session: whoever stole one keeps nobody else of the account from anything.
pub fn attempt_in_session<P>(visit: &Visit<'_, P>, what: Guessable, session: Id<Session>) -> Attempt {
    let counter = what.counter(&visit.settings.keys, &session.to_string(), None);
    Attempt { what, known_network: Guard::never(), at_known_network: counter, elsewhere: counter }
}

/// Somebody has come back by way of the mailbox, under a guard: where they are now the account is at home, with no
/// failures behind it, and nowhere else: whoever else was there may be why they had to come back.
pub fn come_back<P>(visit: &Visit<'_, P>, user: Id<User>, login: &str, email: &str, guard: Guard) -> Vec<Statement> {
    let (keys, network) = (&visit.settings.keys, visit.visitor.network());
    let folded = email::fold(email);
    let here = |what: Guessable, subject: &str| what.counter(keys, subject, Some(&network));
    let counters =
        [here(Guessable::Password, login), here(Guessable::Password, &folded), here(Guessable::Code, &folded)];
    let forgotten = counters.map(|counter| attempts::forget(counter, guard.clone()));
    let known = [networks::forget_all(user, guard.clone()), networks::note(user, &network, guard, visit.now)];
    known.into_iter().chain(forgotten).collect()
}

/// A try that has been counted as a failure, until it has succeeded.
#[derive(Clone, Copy)]
pub struct Spent {
    pub counter: Id<Counter>,
    /// Whether the account knows the network.
    pub at_known_network: bool,
}

impl Spent {
    /// What [`attempts::spend`] returned.
    pub fn read(attempt: &Attempt, rows: &[Row]) -> Result<Option<Self>, Fault> {
        let counter = rows.first().map(attempts::read_spent).transpose()?;
        Ok(counter.map(|counter| Self { counter, at_known_network: counter != attempt.elsewhere }))
    }
}

/// Counts a try, and reads what it is to be compared with, in one round trip. Over the limit nothing is counted.
pub async fn spend(
    visit: &Visit<'_, impl Platform>,
    attempt: &Attempt,
    load: Statement,
) -> Result<(Spent, Vec<Row>), Error> {
    let now = visit.now;
    let batch = [attempts::spend(attempt, Guard::always(), now), attempts::opening(attempt, now), load];
    let [spent, opening, loaded] = visit.each(batch).await?;
    match Spent::read(attempt, &spent)? {
        Some(spent) => Ok((spent, loaded)),
        None => Err(refusal(&opening, now)?.unwrap_or_else(|| Fault::new("database", "counted no try").into())),
    }
}

/// When the next try will be taken, if it has to be waited for.
pub fn refusal(opening: &[Row], now: Timestamp) -> Result<Option<Error>, Fault> {
    let open_at = opening.first().map(attempts::read_opening).transpose()?;
    Ok(open_at.filter(|open_at| *open_at > now).map(|open_at| Error::RateLimited(open_at.seconds_from(now))))
}
