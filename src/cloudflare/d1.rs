//! D1 behind the `Database` port. Values cross the border as one text, and rows come back as one (`wire` says why).

use std::fmt;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use worker::js_sys::{Array, JSON, Promise};
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::wasm_bindgen_futures::JsFuture;
use worker::worker_sys::types::{D1Database, D1PreparedStatement};

use crate::cloudflare::platform::Cloudflare;
use crate::domain::error::Fault;
use crate::ports::{Database, Row, Statement};

impl Database for Cloudflare {
    async fn rows(&self, statement: Statement) -> Result<Vec<Row>, Fault> {
        let prepared = prepare(&self.database()?, &statement)?;
        let found: Found = answer(prepared.all()).await?;
        Ok(found.results)
    }

    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, Fault> {
        let database = self.database()?;
        let prepared: Result<Array, _> = statements.iter().map(|statement| prepare(&database, statement)).collect();
        let found: Vec<Found> = answer(database.batch(prepared?)).await?;
        Ok(found.into_iter().map(|found| found.results).collect())
    }
}

/// What D1 says of one statement, besides what it has cost.
#[derive(Deserialize)]
struct Found {
    results: Vec<Row>,
}

/// D1 takes numbers as JavaScript has them. Ours are times and counts, exact in an `f64`.
fn prepare(database: &D1Database, statement: &Statement) -> Result<D1PreparedStatement, Fault> {
    let values = serde_json::to_string(&statement.values).map_err(fault)?;
    let bind = || database.prepare(&statement.sql)?.bind(JSON::parse(&values)?.unchecked_into());
    bind().map_err(thrown)
}

/// A type the house does not store is a fault, not a panic.
async fn answer<T: DeserializeOwned>(promise: Result<Promise, JsValue>) -> Result<T, Fault> {
    let said = JsFuture::from(promise.map_err(thrown)?).await.map_err(thrown)?;
    let text = String::from(JSON::stringify(&said).map_err(thrown)?);
    serde_json::from_str(&text).map_err(fault)
}

fn thrown(error: JsValue) -> Fault {
    fault(worker::Error::from(error))
}

fn fault(error: impl fmt::Display) -> Fault {
    Fault::new("D1", error)
}
