//! The context of one request: its single clock reading, its client, and the tasks deferred until after the response.

use std::cell::{Cell, RefCell};

use crate::domain::accounts::login_name::Identifier;
use crate::domain::accounts::user::User;
use crate::domain::audit::Entry;
use crate::domain::bookmark::ReadConsistency;
use crate::domain::crypto::keyring::Purpose;
use crate::domain::devices::device::{Device, Submission};
use crate::domain::devices::location::{Location, LocationReader};
use crate::domain::devices::network::Network;
use crate::domain::error::{Error, Fault};
use crate::domain::id::Id;
use crate::domain::log::LogLine;
use crate::domain::mail::message::Email;
use crate::domain::rate_limit::Strangers;
use crate::domain::sessions::session::Session;
use crate::domain::settings::settings::Settings;
use crate::domain::timestamp::Timestamp;
use crate::domain::tokens::api_token::ApiToken;
use crate::flows::isolate_cache::IsolateCache;
use crate::ports::{Guard, Platform, Row, Statement};
use crate::store::quotas::Quota;
use crate::store::{self, submissions};
use crate::words::language::Language;

/// Where a request comes from, as far as that can be trusted.
#[derive(Clone, Debug, Default)]
pub struct ClientInfo {
    /// `CF-Connecting-IP`, which only Cloudflare can set once deployed; empty if it is missing or not an address.
    pub address: String,
    /// `User-Agent`, shortened.
    pub agent: String,
    /// The location of that address.
    pub place: LocationReader,
    /// The supported language that the browser prefers most.
    pub language: Language,
    /// The browser, for requests to pages. Other clients cannot be identified.
    pub device: Option<Id<Device>>,
}

impl ClientInfo {
    pub fn network(&self) -> Network {
        Network::of(&self.address)
    }

    /// May be empty.
    pub fn location(&self) -> Location {
        self.place.read()
    }

    /// The network and its carrier, by which an account may recognise this client. Empty for shared networks and places, where
    /// anybody may be.
    pub fn whereabouts(&self) -> Vec<String> {
        let (network, place) = (self.network(), self.location());
        if network.is_shared() || place.is_shared() {
            return Vec::new();
        }
        [network.as_str().to_owned()].into_iter().chain(place.carrier()).collect()
    }

    /// Address and place, as emails name them.
    pub fn describe_origin(&self) -> String {
        describe_origin(&self.address, self.location().as_str())
    }
}

/// The same of another request.
pub fn describe_origin(address: &str, place: &str) -> String {
    match (address, place) {
        (address, "") => address.to_owned(),
        ("", place) => place.to_owned(),
        (address, place) => format!("{address} ({place})"),
    }
}

/// Work that is done after the response has been sent. Cron makes up for a task that is lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BackgroundTask {
    Deliver(Id<Email>),
    SettleMark(Id<Session>),
    SettleTokenMarks(Vec<Id<ApiToken>>),
    /// With the version that was written to KV.
    SettleUserMark(Id<User>, i64),
    /// Records that a token has just been used.
    NoteUse(Id<ApiToken>),
    /// Tells a client that its session has ended.
    NotifyClient(Id<Session>),
    /// Records that a browser has just used its session.
    Prolong(Id<Session>),
}

/// The environment of requests and cron for the lifetime of an isolate.
pub struct Isolate<'a, P> {
    pub platform: &'a P,
    pub settings: &'a Settings,
    pub cache: &'a IsolateCache,
}

/// The context that every flow receives.
pub struct RequestContext<'a, P> {
    pub platform: &'a P,
    pub settings: &'a Settings,
    pub cache: &'a IsolateCache,
    pub now: Timestamp,
    pub client: ClientInfo,
    /// The required read consistency: the primary, unless the route allows replicas.
    pub freshness: ReadConsistency,
    pub request_id: String,
    /// The form submission that this request carries out (`flows::form_submission`).
    pub submission: Cell<Option<Id<Submission>>>,
    background_tasks: RefCell<Vec<BackgroundTask>>,
}

impl<'a, P: Platform> RequestContext<'a, P> {
    pub fn new(isolate: Isolate<'a, P>, client: ClientInfo, request_id: String) -> Self {
        let Isolate { platform, settings, cache } = isolate;
        Self {
            platform,
            settings,
            cache,
            now: platform.now(),
            client,
            freshness: ReadConsistency::Now,
            request_id,
            submission: Cell::default(),
            background_tasks: RefCell::default(),
        }
    }

    /// Defers a task until after the response.
    pub fn defer(&self, task: BackgroundTask) {
        self.background_tasks.borrow_mut().push(task);
    }

    pub fn into_background_tasks(self) -> Vec<BackgroundTask> {
        self.background_tasks.into_inner()
    }

    pub fn id<T>(&self) -> Result<Id<T>, Fault> {
        self.platform.bytes().map(Id::from_bytes)
    }

    /// A new id for a row that belongs to a user, or to something a user owns.
    pub fn id_beside<T, U>(&self, neighbour: Id<U>) -> Result<Id<T>, Fault> {
        self.platform.bytes().map(|bytes| Id::beside(neighbour, bytes))
    }

    /// An operation id: identifies this request in the row it tries to win.
    pub fn operation(&self) -> Result<String, Fault> {
        self.id::<Statement>().map(|id| id.to_string())
    }

    /// Asks once more after a fault, which leaves the outcome unknown: only for what may be done twice.
    pub async fn twice<T>(&self, ask: impl AsyncFn() -> Result<T, Fault>) -> Result<T, Fault> {
        match ask().await {
            Ok(answer) => Ok(answer),
            Err(fault) => {
                self.log(&fault);
                ask().await
            }
        }
    }

    /// Saves a batch whose first statement must win, and returns the rows of each statement: none of the first if it lost. After a
    /// fault the outcome is unknown, so `confirm` selects the row: if it carries what this request wrote, only the response was
    /// lost, and the first statement's rows are returned alone. For a form that has been processed already the batch fails, and
    /// `confirm` finds no row.
    pub async fn commit(&self, mut batch: Vec<Statement>, confirm: Statement) -> Result<Vec<Vec<Row>>, Fault> {
        batch.extend(self.submission.get().map(|id| submissions::note(id, confirm.clone(), self.now)));
        let fault = match self.platform.batch(batch).await {
            Ok(results) => return Ok(results),
            Err(fault) => fault,
        };
        let found = self.platform.rows(confirm).await;
        // A fault without effect is returned, and the caller reports it.
        if !found.as_ref().is_ok_and(Vec::is_empty) {
            self.log(&fault);
        }
        let found = found?;
        if found.is_empty() { Err(fault) } else { Ok(vec![found]) }
    }

    /// Saves the batch of an anonymous request, in which no statement has to win: once per form, and only if its quota has
    /// room. Each statement of `rest` is conditional on that. Returns the rows of each statement, the quota's first.
    pub async fn save(&self, quota: &Quota, rest: Vec<Statement>) -> Result<Vec<Vec<Row>>, Error> {
        let mut batch = vec![quota.spend(Guard::always())];
        batch.extend(rest);
        batch.extend(self.submission.get().map(|id| submissions::note_done(id, quota.is_spent(), self.now)));
        let results = self.platform.batch(batch).await?;
        let is_admitted = quota.admits(results.first().map_or(&[], Vec::as_slice));
        if is_admitted { Ok(results) } else { Err(self.over_quota()) }
    }

    /// The rows of each statement of a batch.
    pub async fn batch_array<const N: usize>(&self, batch: [Statement; N]) -> Result<[Vec<Row>; N], Fault> {
        let results = self.platform.batch(batch.into()).await?;
        results.try_into().map_err(|_| Fault::new("database", "answered for other statements than were sent"))
    }

    /// An audit entry for the flow's own batch.
    pub fn entry(&self, entry: &Entry, guard: Guard) -> Statement {
        let from = store::audit::Circumstances {
            at: self.now,
            address: &self.client.address,
            network: &self.client.network(),
            agent: &self.client.agent,
            request_id: &self.request_id,
        };
        store::audit::insert(entry, &from, guard)
    }

    /// The quota that this request counts against, as an anonymous one.
    pub fn quota(&self, what: Strangers) -> Result<Quota, Fault> {
        if !self.settings.operation.limits_address {
            return Ok(Quota::none(self.now));
        }
        Ok(Quota::new(what, self.client.network().block(), self.operation()?, self.now))
    }

    /// The error for a request that exceeds its quota.
    pub fn over_quota(&self) -> Error {
        Error::RateLimited(Strangers::end(self.now).seconds_from(self.now))
    }

    /// Refuses an act and writes an audit entry; returns `error`. If the entry cannot be written, that fault is returned
    /// instead. Only two refusals go unrecorded: anonymous ones beyond their quota, and a form that was processed a moment ago,
    /// which is not really refused.
    pub async fn audit_failure<T>(&self, entry: Entry, error: Error) -> Result<T, Error> {
        let entry = entry.failed(&error);
        let repeated = || self.submission.get().map_or_else(Guard::never, |id| submissions::stands(id, self.now));
        let batch = if entry.is_of_a_stranger() {
            let quota = self.quota(Strangers::Failures)?;
            vec![quota.spend(repeated().negate()), self.entry(&entry, quota.is_spent().and(repeated().negate()))]
        } else {
            vec![self.entry(&entry, repeated().negate())]
        };
        self.platform.batch(batch).await?;
        Err(error)
    }

    /// A pseudonym of the login name or address that was typed, folded, for the audit log: equal inputs give equal pseudonyms,
    /// which are useless without `APP_KEY`.
    pub fn pseudonym(&self, folded: &str) -> String {
        let key = self.settings.keys.current().derive(Purpose::Identifier);
        key.id_of::<Identifier>(&[folded.as_bytes()]).to_string()
    }

    pub fn log(&self, fault: &Fault) {
        self.platform.write(&LogLine::in_request(&self.request_id, fault));
    }
}
