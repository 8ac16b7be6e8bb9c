//! D1 behind the `Database` port. Values cross the border as one text, and rows come back as one (`wire` says why).

use std::fmt;

use worker::js_sys::{Array, JSON, Promise, Reflect};
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::wasm_bindgen_futures::JsFuture;
use worker::worker_sys::types::{D1Database, D1PreparedStatement};

use crate::cloudflare::platform::Cloudflare;
use crate::domain::error::Fault;
use crate::ports::{Database, Row, Statement};

impl Database for Cloudflare {
    async fn rows(&self, statement: Statement) -> Result<Vec<Row>, Fault> {
        let prepared = prepare(&self.database()?, &statement)?;
        rows(&answer(prepared.all()).await?)
    }

    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, Fault> {
        let database = self.database()?;
        let prepared: Result<Array, _> = statements.iter().map(|statement| prepare(&database, statement)).collect();
        let answers = Array::from(&answer(database.batch(prepared?)).await?);
        answers.iter().map(|answer| rows(&answer)).collect()
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
    serde_json::from_str(&String::from(rows)).map_err(fault)
}

fn thrown(error: JsValue) -> Fault {
    fault(worker::Error::from(error))
}

fn fault(error: impl fmt::Display) -> Fault {
    Fault::new("D1", error)
}
