//! Limits, as every limited act meets them (`domain::rate_limit` has the table).

use crate::domain::accounts::email_address;
use crate::domain::accounts::login_name::Identifier;
use crate::domain::accounts::registration::Registration;
use crate::domain::accounts::user::User;
use crate::domain::error::{Error, Fault};
use crate::domain::id::Id;
use crate::domain::rate_limit::{Counter, Guessable, Lane, Strangers, Whence};
use crate::flows::context::Visit;
use crate::flows::transaction::Actor;
use crate::ports::{Guard, Platform, RateLimiter, Row, Statement};
use crate::store::attempts::{self, Attempt};
use crate::store::users::SignedIn;
use crate::store::{conditions, devices, networks};

/// The first layer: how often an address does what is done in a lane.
pub async fn by_address(visit: &Visit<'_, impl RateLimiter>, lane: Lane) -> Result<(), Error> {
    if !visit.settings.limits_address {
        return Ok(());
    }
    let admitted = visit.on.admits(lane, visit.visitor.network().as_str()).await?;
    if admitted { Ok(()) } else { Err(Error::RateLimited(lane.window().as_secs())) }
}

/// A try by somebody who says who they are.
pub fn attempt<P: Platform>(visit: &Visit<'_, P>, what: Guessable, who: &Identifier) -> Result<Attempt, Fault> {
    let counter = |from: Option<&Whence>| what.counter(&visit.settings.keys, who.as_str(), from);
    let places = whereabouts(visit).into_iter().map(|place| (counter(Some(&place)), knows(visit, who, &place)));
    // A code is tried once one has been asked for, which was counted then.
    let quota = (what == Guessable::Password).then(|| visit.quota(Strangers::Failures)).transpose()?;
    Ok(Attempt {
        what,
        places: places.collect(),
        elsewhere: counter(None),
        within: None,
        quota,
        form: visit.submission.get(),
    })
}

/// Holds if what was typed names an account that knows where this comes from.
pub fn is_at_home<P>(visit: &Visit<'_, P>, who: &Identifier) -> Guard {
    let known = whereabouts(visit).into_iter().map(|place| knows(visit, who, &place));
    known.reduce(Guard::or).unwrap_or(Guard::never())
}

/// Where somebody is who asks for a code or types one, as a JSON array of names that tell nothing of it.
pub fn asks_from<P>(visit: &Visit<'_, P>, folded: &str) -> String {
    let names = |place: Whence| Guessable::Code.counters(&visit.settings.keys, folded, &place);
    let names: Vec<_> = whereabouts(visit).into_iter().flat_map(names).map(|name| name.to_string()).collect();
    format!("{names:?}")
}

/// Where somebody is. The device comes first: nobody else is there, as others may be in its network.
fn whereabouts<P>(visit: &Visit<'_, P>) -> Vec<Whence> {
    let network = Some(visit.visitor.network()).filter(|network| !network.is_shared());
    let device = visit.visitor.device.map(Whence::Device);
    device.into_iter().chain(network.map(Whence::Network)).collect()
}

fn knows<P>(visit: &Visit<'_, P>, who: &Identifier, place: &Whence) -> Guard {
    match place {
        Whence::Device(device) => devices::knows(who, *device, visit.now),
        Whence::Network(network) => networks::knows(who, network, visit.now),
    }
}

/// A try within a session: whoever stole one keeps nobody else of the account from anything. It counts for the session in
/// which somebody signed in, however many have come of that by tickets.
pub fn attempt_in_session<P>(visit: &Visit<'_, P>, what: Guessable, who: &SignedIn) -> Attempt {
    let subject = format!("{} {}", who.user.id, who.root);
    let elsewhere = what.counter(&visit.settings.keys, &subject, None);
    Attempt {
        what,
        places: Vec::new(),
        elsewhere,
        within: Some(who.lives(visit.now)),
        quota: None,
        form: visit.submission.get(),
    }
}

/// A try at the password of a registration, by who has its link: nobody else is kept from anything.
pub fn attempt_at_link<P>(visit: &Visit<'_, P>, registration: Id<Registration>) -> Attempt {
    let counter = Guessable::Proof.counter(&visit.settings.keys, &format!("registration {registration}"), None);
    Attempt {
        what: Guessable::Proof,
        places: Vec::new(),
        elsewhere: counter,
        within: None,
        quota: None,
        form: visit.submission.get(),
    }
}

/// Somebody has come back by way of the mailbox, under a guard: where they are now the account is at home, with no
/// failures behind it, and nowhere else: whoever else was there may be why they had to come back.
pub fn come_back<P>(visit: &Visit<'_, P>, user: Id<User>, login: &str, email: &str, guard: Guard) -> Vec<Statement> {
    let (keys, folded) = (&visit.settings.keys, email_address::fold(email));
    let counters = whereabouts(visit).into_iter().flat_map(|here| {
        let counter = |what: Guessable, subject: &str| what.counter(keys, subject, Some(&here));
        [counter(Guessable::Password, login), counter(Guessable::Password, &folded), counter(Guessable::Code, &folded)]
    });
    let forgotten = counters.map(|counter| attempts::forget(counter, guard.clone()));
    let known = [
        networks::forget_all(user, guard.clone()),
        devices::forget_all(user, guard.clone()),
        networks::note(user, &visit.visitor.whereabouts(), guard.clone(), visit.now),
    ];
    known.into_iter().chain(forgotten).collect()
}

/// A try that has been counted as a failure, until it has succeeded.
#[derive(Clone, Copy)]
pub struct Spent {
    pub counter: Id<Counter>,
    /// Whether the account knows the device or the network.
    pub at_known_place: bool,
}

impl Spent {
    /// What [`attempts::spend`] returned.
    pub fn read(attempt: &Attempt, rows: &[Row]) -> Result<Option<Self>, Fault> {
        let counter = rows.first().map(attempts::read_spent).transpose()?;
        Ok(counter.map(|counter| Self { counter, at_known_place: counter != attempt.elsewhere }))
    }
}

/// Counts a try, and reads what it is to be compared with, in one round trip. Over a limit nothing is counted. A try from where
/// no account is at home is a stranger's, and counted as such.
pub async fn spend(
    visit: &Visit<'_, impl Platform>,
    attempt: &Attempt,
    load: Statement,
) -> Result<(Spent, Vec<Row>), Error> {
    let now = visit.now;
    let counted = [attempts::spend(attempt, Guard::always(), now), attempts::opening(attempt, now), load];
    let [spent, opening, loaded] = match &attempt.quota {
        Some(quota) => {
            let [counted, waited, load] = counted;
            let [_, rows @ ..] =
                visit.each([attempts::spend_quota(attempt, quota, now), counted, waited, load]).await?;
            rows
        }
        None => visit.each(counted).await?,
    };
    match Spent::read(attempt, &spent)? {
        Some(spent) => Ok((spent, loaded)),
        None => {
            let untaken = || match attempt.quota {
                Some(_) => visit.over_quota(),
                None => Fault::new("database", "counted no try").into(),
            };
            Err(refusal(visit, attempt, &opening).await?.unwrap_or_else(untaken))
        }
    }
}

/// Why a try was not taken, if it is for a limit, or because the session has ended that it was made in.
pub async fn refusal(
    visit: &Visit<'_, impl Platform>,
    attempt: &Attempt,
    opening: &[Row],
) -> Result<Option<Error>, Fault> {
    let open_at = opening.first().map(attempts::read_opening).transpose()?.filter(|open_at| *open_at > visit.now);
    if let Some(open_at) = open_at {
        return Ok(Some(Error::RateLimited(open_at.seconds_from(visit.now))));
    }
    match &attempt.within {
        Some(lives) if !conditions::holds(visit.on, lives.clone()).await? => Ok(Some(Error::TokenRevoked)),
        _ => Ok(None),
    }
}
