//! D1 behind the `Database` port, and its replicas behind theirs. Values cross the border as one text, and rows come back as
//! one (`wire` says why).

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
    /// Every answer of D1 says it. `PRAGMA page_count`, which would as well, is not among those that D1 runs.
    async fn size(&self, asking: Statement) -> Result<u64, Fault> {
        let found = answer(prepare(&self.database()?, &asking)?.all()).await?;
        let meta = Reflect::get(&found, &"meta".into()).map_err(thrown)?;
        let size = Reflect::get(&meta, &"size_after".into()).map_err(thrown)?.as_f64();
        size.map(|bytes| bytes as u64).ok_or_else(|| fault("does not say how large it is"))
    }
}

impl Replicas for Cloudflare {
    /// A session that is given nothing may ask any copy. One with a bookmark waits for a copy to be new enough: not for long.
    async fn rows_nearby(&self, since: Option<&str>, statement: Statement) -> Result<Vec<Row>, Fault> {
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
    /// D1 itself. Only a session tells where it stood; and of a session only the first query is certain to be answered by the
    /// primary, so each has its own.
    fn primary(&self) -> Result<D1Database, Fault> {
        if self.keeps_bookmarks { self.session(Some("first-primary")) } else { self.database() }
    }

    /// A session, as the database it answers like: JavaScript asks no more of either than these methods.
    fn session(&self, start: Option<&str>) -> Result<D1Database, Fault> {
        self.database()?.with_session(start).map(JsCast::unchecked_into).map_err(thrown)
    }

    /// Bookmarks sort by their age. What has been done is done, also where D1 does not say when.
    fn note_bookmark(&self, primary: &D1Database) {
        if self.keeps_bookmarks {
            let told = primary.unchecked_ref::<D1DatabaseSession>().get_bookmark().ok().flatten();
            let newest = told.max(self.bookmark.take());
            self.bookmark.replace(newest);
        }
    }
}

/// D1 takes numbers as JavaScript has them. Ours are times and counts, exact in an `f64`.
fn prepare(database: &D1Database, statement: &Statement) -> Result<D1PreparedStatement, Fault> {
    let values = serde_json::to_string(&statement.values).map_err(fault)?;
    let bind = || database.prepare(&statement.sql)?.bind(JSON::parse(&values)?.unchecked_into());
    bind().map_err(thrown)
}

async fn answer(promise: Result<Promise, JsValue>) -> Result<JsValue, Fault> {
    JsFuture::from(promise.map_err(thrown)?).await.map_err(thrown)
}

/// The rows of a statement's answer. A type the house does not store is a fault, not a panic.
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
