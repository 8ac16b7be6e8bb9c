//! The ports, bound to the runtime.

use std::cell::{Cell, RefCell};

use worker::js_sys::Date;
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::worker_sys::types::D1Database;
use worker::{Env, KvStore, console_error, console_log};

use crate::domain::credentials::phc::Argon2id;
use crate::domain::error::Fault;
use crate::domain::log::{Level, LogLine, Operations};
use crate::domain::timestamp::Timestamp;
use crate::ports::{Clock, Entropy, Log, Metered};

/// A Worker's bindings. A missing one is not fatal: its use returns a fault that names it.
pub struct Cloudflare {
    pub(super) env: Env,
    /// Whether a later request may be answered by a replica, and needs a bookmark.
    pub(super) keeps_bookmarks: bool,
    /// The newest bookmark of this event.
    pub(super) bookmark: RefCell<Option<String>>,
    operations: Cell<Operations>,
}

impl Cloudflare {
    pub const fn bound_to(env: Env) -> Self {
        Self {
            env,
            keeps_bookmarks: false,
            bookmark: RefCell::new(None),
            operations: Cell::new(Operations { d1: 0, kv: 0, fetch: 0 }),
        }
    }

    /// Sets whether bookmarks are recorded from now on.
    pub fn keep_bookmarks(self, keeps_bookmarks: bool) -> Self {
        Self { keeps_bookmarks, ..self }
    }

    /// Counts an operation.
    pub(super) fn count(&self, operation: impl FnOnce(&mut Operations) -> &mut usize) {
        let mut operations = self.operations.get();
        *operation(&mut operations) += 1;
        self.operations.set(operations);
    }

    /// The database, for one call of it, which is counted.
    pub fn database(&self) -> Result<D1Database, Fault> {
        self.count(|operations| &mut operations.d1);
        let database = self.env.d1("DB").map_err(|_| Fault::new("D1", "there is no binding DB"))?;
        Ok(JsValue::from(database).unchecked_into())
    }

    /// KV, for one call of it, which is counted.
    pub fn kv(&self) -> Result<KvStore, Fault> {
        self.count(|operations| &mut operations.kv);
        self.env.kv("KV").map_err(|_| Fault::new("KV", "there is no binding KV"))
    }
}

impl Clock for Cloudflare {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(Date::now() as i64)
    }
}

impl Entropy for Cloudflare {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Fault> {
        getrandom::fill(bytes).map_err(|e| Fault::new("entropy", e))
    }
}

impl Argon2id for Cloudflare {}

impl Log for Cloudflare {
    fn write(&self, line: &LogLine<'_>) {
        match line.level {
            Level::Error => console_error!("{line}"),
            Level::Info => console_log!("{line}"),
        }
    }
}

impl Metered for Cloudflare {
    fn operations(&self) -> Operations {
        self.operations.get()
    }
}
