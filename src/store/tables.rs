//! The list of all tables: what cron removes, what a user's export contains, what deleting a user removes, and how the access
//! that rows grant is revoked. Code that does this for all tables iterates this list, so it never misses a new table.

use std::time::Duration;

use crate::domain::accounts::user::User;
use crate::domain::credentials::email_otp::Subject;
use crate::domain::id::Id;
use crate::domain::policy;
use crate::domain::sessions::session::{EndReason, Session};
use crate::domain::timestamp::Timestamp;
use crate::ports::{Guard, Statement};
use crate::store::{
    attempts, audit, authorizations, codes, consents, deleted_users, email_changes, email_undos, factor_undos,
    identities, logout_notices, networks, outbox, passkeys, quotas, recoveries, recovery_codes, registrations,
    session_lists, sessions, spent, submissions, tokens, totp,
};

/// Selects rows of one user, the newest first, up to a limit.
pub type Select = fn(&RowOwner<'_>, u32) -> Statement;

pub struct Table {
    pub name: &'static str,
    /// Removes rows that are no longer needed, up to a limit per statement.
    pub sweep: &'static [fn(&Retention, u32) -> Statement],
    /// The name in an export, and the rows to export.
    pub export: Option<(&'static str, Select)>,
    /// Deletes the rows of a deleted user that no foreign key deletes.
    pub delete: Option<fn(&RowOwner<'_>, Guard) -> Statement>,
    pub access: Access,
}

/// The way to revoke the access that the rows of a table grant.
#[derive(Clone, Copy)]
pub enum Access {
    /// They grant none.
    None,
    /// By separate statements.
    Ended(fn(&RevokedAccess<'_>, Guard) -> Vec<Statement>),
    /// They hold the `auth_version` they were created under, and are void once it has risen.
    Versioned,
    /// They are void once the session they were created in has ended.
    OfSession,
    /// It stays, unless a new password is the reason for the revocation (`flows::revoke_all`).
    Password,
    /// It stays, unless the factors are removed (`flows::revoke_all`): a new password alone never removes one.
    Factor(fn(Id<User>, Guard) -> Statement),
}

/// The times before which rows are removed.
pub struct Retention {
    pub now: Timestamp,
    /// The retention of expired registrations.
    pub expired_registration: Duration,
    pub audit: Duration,
}

/// The user whose rows are concerned.
pub struct RowOwner<'a> {
    pub id: Id<User>,
    /// The address, case-folded.
    pub folded: &'a str,
    /// The address as `codes` stores it.
    pub subject: &'a Subject,
    pub created_at: Timestamp,
}

/// The access of a user to be revoked.
pub struct RevokedAccess<'a> {
    pub user: Id<User>,
    pub reason: EndReason,
    /// The session that stays alive.
    pub except: Option<Id<Session>>,
    /// Whether keys and tokens of programs end as well.
    pub keys: bool,
    /// Whether undo links to former addresses end as well.
    pub undos: bool,
    /// The addresses whose codes end.
    pub subjects: &'a [Subject],
    pub now: Timestamp,
}

/// Not swept, exported or deleted, and grants no access.
const PLAIN: Table = Table { name: "", sweep: &[], export: None, delete: None, access: Access::None };

pub const ALL: &[Table] = &[
    // A row is the account itself: its deletion triggers the foreign keys, and an export shows it as the profile.
    Table { name: "users", ..PLAIN },
    Table { name: "passwords", access: Access::Password, ..PLAIN },
    Table {
        name: "passkeys",
        export: Some(("passkeys", |user, limit| passkeys::kept(user.id, limit))),
        access: Access::Factor(passkeys::delete_all),
        ..PLAIN
    },
    Table {
        name: "identities",
        export: Some(("identities", |user, limit| identities::kept(user.id, limit))),
        access: Access::Factor(identities::delete_all),
        ..PLAIN
    },
    Table {
        name: "totp",
        export: Some(("authenticator_apps", |user, limit| totp::kept(user.id, limit))),
        access: Access::Factor(totp::delete),
        ..PLAIN
    },
    Table {
        name: "recovery_codes",
        export: Some(("recovery_codes", |user, limit| recovery_codes::kept(user.id, limit))),
        access: Access::Factor(recovery_codes::delete),
        ..PLAIN
    },
    Table {
        name: "factor_undos",
        sweep: &[|past, limit| factor_undos::sweep(past.now, limit)],
        export: Some(("factor_undos", |user, limit| factor_undos::kept(user.id, limit))),
        // As with `email_undos`: only an administrator's reset voids it, because a thief could cause anything less.
        access: Access::Ended(|ended, guard| {
            let void = || factor_undos::void_all(ended.user, guard, ended.now);
            ended.undos.then(void).into_iter().collect()
        }),
        ..PLAIN
    },
    Table {
        name: "sessions",
        sweep: &[|past, limit| sessions::sweep(past.now - policy::ENDED_SESSION_KEPT, limit)],
        export: Some(("sessions", |user, limit| session_lists::kept(user.id, limit))),
        access: Access::Ended(|ended, guard| {
            vec![sessions::end_others(ended.user, ended.except, ended.reason, guard, ended.now)]
        }),
        ..PLAIN
    },
    Table {
        name: "tokens",
        sweep: &[
            |past, limit| tokens::sweep_ended(past.now - policy::ENDED_TOKEN_KEPT, limit),
            |past, limit| tokens::sweep_expired(past.now, limit),
        ],
        export: Some(("tokens", |user, limit| tokens::kept(user.id, limit))),
        access: Access::Ended(|ended, guard| {
            let end = if ended.keys { tokens::end_all } else { tokens::end_portal };
            vec![end(ended.user, ended.reason, guard, ended.now)]
        }),
        ..PLAIN
    },
    Table {
        name: "networks",
        sweep: &[|past, limit| networks::sweep(past.now, limit)],
        export: Some(("networks", |user, limit| networks::kept(user.id, limit))),
        ..PLAIN
    },
    Table {
        name: "registrations",
        sweep: &[|past, limit| registrations::sweep(past.now - past.expired_registration, limit)],
        export: Some(("registrations", |user, limit| registrations::kept(user.folded, limit))),
        delete: Some(|user, guard| registrations::delete_used(user.folded, guard)),
        ..PLAIN
    },
    Table {
        name: "recoveries",
        sweep: &[|past, limit| recoveries::sweep(past.now, limit)],
        export: Some(("recoveries", |user, limit| recoveries::kept(user.id, limit))),
        access: Access::Versioned,
        ..PLAIN
    },
    Table {
        name: "codes",
        sweep: &[|past, limit| codes::sweep(past.now - policy::MAIL_BUDGET_WINDOW, limit)],
        export: Some(("codes", |user, limit| codes::kept(user.subject, limit))),
        delete: Some(|user, guard| codes::delete_all(user.subject, guard)),
        access: Access::Ended(|ended, guard| {
            ended.subjects.iter().map(|subject| codes::close_all(subject, guard.clone(), ended.now)).collect()
        }),
    },
    Table {
        name: "email_changes",
        sweep: &[|past, limit| email_changes::sweep(past.now, limit)],
        export: Some(("email_changes", |user, limit| email_changes::kept(user.id, limit))),
        access: Access::Versioned,
        ..PLAIN
    },
    Table {
        name: "email_undos",
        sweep: &[|past, limit| email_undos::sweep(past.now, limit)],
        export: Some(("former_emails", |user, limit| email_undos::kept(user.id, limit))),
        // The mailbox proves the way back, so it outlives everything that a thief could revoke: see
        // `flows::accounts::change_email`.
        access: Access::Ended(|ended, guard| {
            let void = || email_undos::void_all(ended.user, guard, ended.now);
            ended.undos.then(void).into_iter().collect()
        }),
        ..PLAIN
    },
    Table {
        name: "authorizations",
        sweep: &[|past, limit| authorizations::sweep(past.now, limit)],
        // Also those of the session that stays alive: somebody else may hold them.
        access: Access::Ended(|ended, guard| vec![authorizations::delete_of(ended.user, None, guard)]),
        ..PLAIN
    },
    // It grants nothing by itself: only a session does.
    Table { name: "consents", export: Some(("consents", |user, limit| consents::kept(user.id, limit))), ..PLAIN },
    // Only the previous version issues and accepts them.
    Table { name: "tickets", sweep: &[|past, limit| authorizations::sweep_tickets(past.now, limit)], ..PLAIN },
    Table {
        name: "outbox",
        sweep: &[|past, limit| outbox::sweep(past.now - policy::EMAIL_KEPT, limit)],
        export: Some(("letters", |user, limit| outbox::kept(user.folded, user.created_at, limit))),
        delete: Some(|user, guard| outbox::delete_all(user.folded, guard)),
        ..PLAIN
    },
    Table {
        name: "audit",
        sweep: &[|past, limit| audit::sweep(past.now - past.audit, limit)],
        export: Some(("audit", |user, limit| audit::kept(user.id, limit))),
        ..PLAIN
    },
    // Of a deleted user too: their clients are still to be told.
    Table {
        name: "logout_notices",
        sweep: &[|past, limit| logout_notices::sweep(past.now - policy::LOGOUT_NOTICE_KEPT, limit)],
        ..PLAIN
    },
    // What administrators register. Deleting a user changes no client.
    Table { name: "clients", ..PLAIN },
    Table { name: "attempts", sweep: &[|past, limit| attempts::sweep(past.now, limit)], ..PLAIN },
    Table { name: "spent", sweep: &[|past, limit| spent::sweep(past.now - policy::CLOCK_SKEW, limit)], ..PLAIN },
    Table { name: "quotas", sweep: &[|past, limit| quotas::sweep(past.now, limit)], ..PLAIN },
    Table { name: "departures", sweep: &[|past, limit| deleted_users::sweep(past.now, limit)], ..PLAIN },
    Table { name: "submissions", sweep: &[|past, limit| submissions::sweep(past.now, limit)], ..PLAIN },
];
