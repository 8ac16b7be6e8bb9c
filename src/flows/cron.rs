//! The work of cron, every minute.

use std::time::Duration;

use crate::domain::accounts::email_address;
use crate::domain::credentials::totp::TotpSecret;
use crate::domain::crypto::keyring::AppKey;
use crate::domain::error::Fault;
use crate::domain::log::LogLine;
use crate::domain::policy;
use crate::domain::settings::settings::{ResponseStyle, Settings};
use crate::flows::authentication::revocation;
use crate::flows::context::Isolate;
use crate::flows::mail;
use crate::flows::oauth::logout_notices;
use crate::ports::Platform;
use crate::store::tables::{self, Retention};
use crate::store::totp::{self, Outdated};
use crate::store::{size, users};

/// Every minute: repeats missing revocation marks, sends the emails that are due, encrypts what a former key has encrypted, sweeps
/// tables in bounded steps, checks the database size, and tells clients of ended sessions.
pub async fn tick(Isolate { platform, settings, cache }: Isolate<'_, impl Platform>) {
    platform.failure("cron: marks", revocation::repair(platform, cache, platform.now()).await);
    platform.failure("cron: mail", mail::deliver_due(platform, settings).await);
    platform.failure("cron: authenticator apps", reseal(platform, settings).await);
    platform.failure("cron: sweep", sweep(platform, settings).await);
    platform.failure("cron: addresses", refold(platform).await);
    platform.failure("cron: size", look_at_size(platform).await);
    // Last, because it waits for programs of others.
    platform.failure("cron: logout notices", logout_notices::deliver_due(platform, settings).await);
}

/// Gives accounts the current folded form of their addresses, which the migration could not compute in SQL. If two accounts
/// have one mailbox under two spellings of its domain, the one in the current form keeps it.
async fn refold(platform: &impl Platform) -> Result<(), Fault> {
    let former = users::to_refold(platform, policy::CRON_STEP).await?;
    let refolded = former.iter().map(|(address, folded)| users::refold(folded, &email_address::fold(address)));
    if former.is_empty() { Ok(()) } else { platform.batch(refolded.collect()).await.map(|_| ()) }
}

/// Encrypts secrets of authenticator apps again that a former `APP_KEY` has encrypted, so that it can be dropped one day. One that
/// cannot be decrypted keeps no other waiting, and is reported.
async fn reseal(platform: &impl Platform, settings: &Settings) -> Result<(), Fault> {
    let (keys, name) = (&settings.keys, settings.keys.key_name());
    let former: Vec<_> = keys.accepted().map(AppKey::name).filter(|former| *former != name).collect();
    if former.is_empty() {
        return Ok(());
    }
    let (mut renewals, mut lost) = (Vec::new(), None);
    for Outdated { user, sealed } in totp::outdated(platform, &former, policy::RESEAL_STEP).await? {
        match TotpSecret::open(keys, user, &sealed) {
            Ok(secret) => {
                renewals.push(totp::reseal(user, &sealed, &secret.seal(keys, user, platform.bytes()?)?, &name));
            }
            Err(fault) => lost = Some(fault),
        }
    }
    if !renewals.is_empty() {
        platform.batch(renewals).await?;
    }
    lost.map_or(Ok(()), Err)
}

/// Logs every minute, days in advance, that the database is going to be full.
async fn look_at_size(platform: &impl Platform) -> Result<(), Fault> {
    let size = size::size(platform).await?;
    if size >= policy::DATABASE_NEARLY_FULL {
        let full = format!("the database has {size} of the {} bytes that D1 gives it", policy::DATABASE_LIMIT);
        platform.write(&LogLine::fault("cron: size", full));
    }
    Ok(())
}

/// Removes rows that are no longer needed, a few from each table.
async fn sweep(platform: &impl Platform, settings: &Settings) -> Result<(), Fault> {
    let (now, step) = (platform.now(), policy::SWEEP_STEP);
    let expired_registration = match settings.response_style {
        ResponseStyle::Plain => Duration::ZERO,
        ResponseStyle::FastSchema => policy::EXPIRED_REGISTRATION_KEPT,
    };
    let past = Retention { now, expired_registration, audit: settings.operation.audit_retention };
    let swept = tables::ALL.iter().flat_map(|table| table.sweep).map(|sweep| sweep(&past, step)).collect();
    platform.batch(swept).await.map(|_| ())
}
