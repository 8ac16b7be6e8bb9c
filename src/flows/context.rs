//! A request: one request with its one moment, and what is left to do once it has been answered.

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

/// Where a request comes from, as far as it can be believed.
#[derive(Clone, Debug, Default)]
pub struct ClientInfo {
    /// `CF-Connecting-IP`, which only Cloudflare can set once deployed; empty if it is missing or no address.
    pub address: String,
    /// `User-Agent`, shortened.
    pub agent: String,
    /// Where that address is.
    pub place: LocationReader,
    /// What their browser likes best of what we speak.
    pub language: Language,
    /// The browser, where a page was asked for: what another client is, nobody can tell.
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

    /// By what an account may know that it was used from here: the network and its carrier. Nothing where anybody may be.
    pub fn whereabouts(&self) -> Vec<String> {
        let (network, place) = (self.network(), self.location());
        if network.is_shared() || place.is_shared() {
            return Vec::new();
        }
        [network.as_str().to_owned()].into_iter().chain(place.carrier()).collect()
    }

    /// Address and place, as a letter names them.
    pub fn describe_origin(&self) -> String {
        match (self.address.as_str(), self.location().as_str()) {
            (address, "") => address.to_owned(),
            ("", place) => place.to_owned(),
            (address, place) => format!("{address} ({place})"),
        }
    }
}

/// What is done after the answer has gone out. Losing one is mended by cron.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BackgroundTask {
    Deliver(Id<Email>),
    SettleMark(Id<Session>),
    SettleTokenMarks(Vec<Id<ApiToken>>),
    /// With the version KV has been told of.
    SettleUserMark(Id<User>, i64),
    /// That a token was used just now.
    NoteUse(Id<ApiToken>),
    /// That a browser has used its session just now.
    Prolong(Id<Session>),
}

/// What requests and cron work with, as long as an isolate lives.
pub struct Isolate<'a, P> {
    pub platform: &'a P,
    pub settings: &'a Settings,
    pub cache: &'a IsolateCache,
}

/// What every flow is given.
pub struct RequestContext<'a, P> {
    pub platform: &'a P,
    pub settings: &'a Settings,
    pub cache: &'a IsolateCache,
    pub now: Timestamp,
    pub client: ClientInfo,
    /// How new must be what it is answered from: as new as can be, unless its door says otherwise.
    pub freshness: ReadConsistency,
    pub request_id: String,
    /// The form whose act is to be done (`flows::form_submission`).
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

    /// Leaves something to do after the answer.
    pub fn defer(&self, errand: BackgroundTask) {
        self.background_tasks.borrow_mut().push(errand);
    }

    pub fn into_background_tasks(self) -> Vec<BackgroundTask> {
        self.background_tasks.into_inner()
    }

    pub fn id<T>(&self) -> Result<Id<T>, Fault> {
        self.platform.bytes().map(Id::from_bytes)
    }

    /// An id of something that belongs to a user, or to what belongs to one.
    pub fn id_beside<T, U>(&self, neighbour: Id<U>) -> Result<Id<T>, Fault> {
        self.platform.bytes().map(|bytes| Id::beside(neighbour, bytes))
    }

    /// A name for this request in a row it means to win.
    pub fn operation(&self) -> Result<String, Fault> {
        self.id::<Statement>().map(|id| id.to_string())
    }

    /// Saves a batch whose first statement had to win: its rows, if it did. After a fault the outcome is unknown, and `confirm`
    /// asks for the row: if it carries what this request wrote, only the answer was lost. What a form has asked for already
    /// fails, and is not there either.
    pub async fn commit(&self, mut batch: Vec<Statement>, confirm: Statement) -> Result<Vec<Row>, Fault> {
        batch.extend(self.submission.get().map(|id| submissions::note(id, confirm.clone(), self.now)));
        let fault = match self.platform.batch(batch).await {
            Ok(results) => return Ok(results.into_iter().next().unwrap_or_default()),
            Err(fault) => fault,
        };
        let found = self.platform.rows(confirm).await;
        // What has had no effect is said by whoever answers for it.
        if !found.as_ref().is_ok_and(Vec::is_empty) {
            self.log(&fault);
        }
        let found = found?;
        if found.is_empty() { Err(fault) } else { Ok(found) }
    }

    /// Saves a stranger's batch in which nothing had to win: once a form, and if its quota has room for it. Each statement of
    /// `rest` follows from that.
    pub async fn save(&self, quota: &Quota, rest: Vec<Statement>) -> Result<(), Error> {
        let mut batch = vec![quota.spend(Guard::always())];
        batch.extend(rest);
        batch.extend(self.submission.get().map(|id| submissions::note_done(id, quota.is_spent(), self.now)));
        let counted = self.platform.batch(batch).await?.into_iter().next().unwrap_or_default();
        if quota.admits(&counted) { Ok(()) } else { Err(self.over_quota()) }
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

    /// What this request is counted on, as one of a stranger's.
    pub fn quota(&self, what: Strangers) -> Result<Quota, Fault> {
        if !self.settings.operation.limits_address {
            return Ok(Quota::none(self.now));
        }
        Ok(Quota::new(what, self.client.network().block(), self.operation()?, self.now))
    }

    /// The answer to whom a quota has no page for.
    pub fn over_quota(&self) -> Error {
        Error::RateLimited(Strangers::end(self.now).seconds_from(self.now))
    }

    /// Refuses an act, on the record. If the record cannot be written that is the answer: nothing is refused in silence but what
    /// strangers try beyond their quota, and a form that was acted on a moment ago, which is not refused at all.
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

    /// The name or address somebody typed, folded, as the audit log may keep it: alike for alike, and worth nothing without `APP_KEY`.
    pub fn pseudonym(&self, folded: &str) -> String {
        let key = self.settings.keys.current().derive(Purpose::Identifier);
        key.id_of::<Identifier>(&[folded.as_bytes()]).to_string()
    }

    pub fn log(&self, fault: &Fault) {
        self.platform.error(&format!("request {}: {fault}", self.request_id));
    }
}
