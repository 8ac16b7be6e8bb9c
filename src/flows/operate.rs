//! What runs without anybody asking: errands after an answer, cron, and the look into the mirror.

use crate::domain::error::Fault;
use crate::domain::mail_provider::Provider;
use crate::domain::policy;
use crate::domain::settings::Settings;
use crate::flows::visit::{Errand, Visit};
use crate::flows::{mail, revocation};
use crate::ports::Platform;
use crate::store::{outbox, sessions};

/// Runs what requests have left behind. Failures are logged; cron finds what remains.
pub async fn run(on: &impl Platform, settings: &Settings, errands: Vec<Errand>) {
    for errand in errands {
        let done = match errand {
            Errand::Deliver(letter) => mail::deliver(on, settings, letter).await,
            Errand::SettleMark(session) => on.batch(vec![sessions::settle_mark(session)]).await.map(|_| ()),
        };
        log_failure(on, "errand", done);
    }
}

/// Every minute: sends the letters that are due and repeats the marks that are missing, in bounded steps.
pub async fn tick(on: &impl Platform, settings: &Settings) {
    log_failure(on, "cron: marks", revocation::repair(on, on.now()).await);
    log_failure(on, "cron: mail", mail::deliver_due(on, settings).await);
}

fn log_failure(on: &impl Platform, what: &str, done: Result<(), Fault>) {
    if let Err(fault) = done {
        on.error(&format!("{what}: {fault}"));
    }
}

/// The parts a request may need, each with what is wrong with it.
#[derive(Debug, PartialEq, Eq)]
pub struct Readiness {
    pub database: Result<(), String>,
    pub kv: Result<(), String>,
    pub mail: Result<(), String>,
}

/// Asks every part once. Details go to the log; whoever asks from outside learns which part it is.
pub async fn readiness(visit: &Visit<'_, impl Platform>) -> Readiness {
    let parked = outbox::count_parked(visit.on, visit.now - policy::PARKED_LETTERS_WINDOW).await;
    let kv = visit.on.get("health").await;
    let down = |fault: &Fault| {
        visit.log(fault);
        "does not answer".to_owned()
    };
    let mail = match (&visit.settings.mail_provider, &parked) {
        (Provider::Outbox, _) if !visit.settings.shows_letters() => {
            Err("MAIL_PROVIDER=outbox sends nothing: choose a provider".to_owned())
        }
        (_, Ok(0) | Err(_)) => Ok(()),
        (_, Ok(count)) => Err(format!("{count} letters could not be delivered in the last 24 hours")),
    };
    Readiness {
        database: parked.map(|_| ()).map_err(|fault| down(&fault)),
        kv: kv.map(|_| ()).map_err(|fault| down(&fault)),
        mail,
    }
}
