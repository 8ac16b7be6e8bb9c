//! D1 behind the `Database` port, and its replicas behind theirs. Values cross the boundary to JavaScript as one string, and
//! rows come back as one (`wire` says why).

use std::fmt;
use std::pin::pin;

use futures_util::future::{Either, select};
use worker::Delay;
use worker::js_sys::{Array, JSON, Promise, Reflect};
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::wasm_bindgen_futures::JsFuture;
use worker::worker_sys::types::{D1Database, D1DatabaseSession, D1PreparedStatement};

use crate::cloudflare::platform::Cloudflare;
use crate::domain::error::Fault;
use crate::domain::policy;
use crate::ports::{Capacity, Database, Replicas, Row, Statement};

impl Database for Cloudflare {
    async fn rows(&self, statement: Statement) -> Result<Vec<Row>, Fault> {
        let primary = self.primary()?;
        let found = answer(prepare(&primary, &statement)?.all()).await?;
        self.note_bookmark(&primary);
        rows(&found)
    }

    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, Fault> {
        let primary = self.primary()?;
        let prepared: Result<Array, _> = statements.iter().map(|statement| prepare(&primary, statement)).collect();
        let found = Array::from(&answer(primary.batch(prepared?)).await?);
        self.note_bookmark(&primary);
        found.iter().map(|found| rows(&found)).collect()
    }
}

impl Capacity for Cloudflare {
    /// Every D1 response contains the size. `PRAGMA page_count` would give it too, but D1 does not allow it.
    async fn size(&self, asking: Statement) -> Result<u64, Fault> {
        let found = answer(prepare(&self.database()?, &asking)?.all()).await?;
        let meta = Reflect::get(&found, &"meta".into()).map_err(thrown)?;
        let size = Reflect::get(&meta, &"size_after".into()).map_err(thrown)?.as_f64();
        size.map(|bytes| bytes as u64).ok_or_else(|| fault("does not say how large it is"))
    }
}

impl Replicas for Cloudflare {
    /// A session without a bookmark may read any replica. One with a bookmark waits, briefly, for a replica to be new enough.
    async fn replica_rows(&self, since: Option<&str>, statement: Statement) -> Result<Vec<Row>, Fault> {
        let asked = answer(prepare(&self.session(since)?, &statement)?.all());
        match select(pin!(asked), pin!(Delay::from(policy::REPLICA_PATIENCE))).await {
            Either::Left((found, _)) => rows(&found?),
            Either::Right(_) => Err(fault("no answer from a replica in time")),
        }
    }

    fn bookmark(&self) -> Option<String> {
        self.bookmark.borrow().clone()
    }
}

impl Cloudflare {
    /// The primary. Only a session returns a bookmark, and only its first query is certain to be answered by the primary, so
    /// each query has its own session.
    fn primary(&self) -> Result<D1Database, Fault> {
        if self.keeps_bookmarks { self.session(Some("first-primary")) } else { self.database() }
    }

    /// A session, cast to a database: JavaScript calls no other methods of either than the ones they share.
    fn session(&self, start: Option<&str>) -> Result<D1Database, Fault> {
        self.database()?.with_session(start).map(JsCast::unchecked_into).map_err(thrown)
    }

    /// Bookmarks sort by age. The statement has taken effect, even if D1 returns no bookmark, so a missing one is no error.
    fn note_bookmark(&self, primary: &D1Database) {
        if self.keeps_bookmarks {
            let told = primary.unchecked_ref::<D1DatabaseSession>().get_bookmark().ok().flatten();
            let newest = told.max(self.bookmark.take());
            self.bookmark.replace(newest);
        }
    }
}

/// D1 takes JavaScript numbers. Ours are times and counts, exact in an `f64`.
fn prepare(database: &D1Database, statement: &Statement) -> Result<D1PreparedStatement, Fault> {
    let values = serde_json::to_string(&statement.values).map_err(fault)?;
    let bind = || database.prepare(&statement.sql)?.bind(JSON::parse(&values)?.unchecked_into());
    bind().map_err(thrown)
}

async fn answer(promise: Result<Promise, JsValue>) -> Result<JsValue, Fault> {
    JsFuture::from(promise.map_err(thrown)?).await.map_err(thrown)
}

/// The rows of a statement's response. A type that we do not store is a fault, not a panic.
fn rows(answer: &JsValue) -> Result<Vec<Row>, Fault> {
    let rows = Reflect::get(answer, &"results".into()).and_then(|rows| JSON::stringify(&rows)).map_err(thrown)?;
    serde_json::from_str(&rows.as_string().unwrap_or_default()).map_err(fault)
}

fn thrown(error: JsValue) -> Fault {
    fault(worker::Error::from(error))
}

fn fault(error: impl fmt::Display) -> Fault {
    Fault::new("D1", error)
}
