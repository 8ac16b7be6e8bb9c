//! D1 behind the `Database` port.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Visitor};
use worker::{D1PreparedStatement, D1Result, D1Type};

use crate::cloudflare::platform::Cloudflare;
use crate::domain::error::Fault;
use crate::ports::{Database, Row, Statement, Value};

impl Database for Cloudflare {
    async fn rows(&self, statement: Statement) -> Result<Vec<Row>, Fault> {
        let result = self.prepare(&statement)?.all().await.map_err(fault)?;
        decode(&result)
    }

    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, Fault> {
        let prepared = statements.iter().map(|statement| self.prepare(statement)).collect::<Result<_, _>>()?;
        let results = self.database()?.batch(prepared).await.map_err(fault)?;
        results.iter().map(decode).collect()
    }
}

impl Cloudflare {
    fn prepare(&self, statement: &Statement) -> Result<D1PreparedStatement, Fault> {
        let values: Vec<_> = statement.values.iter().map(bind).collect();
        self.database()?.prepare(statement.sql.as_ref()).bind_refs(&values).map_err(fault)
    }
}

/// D1 takes numbers as JavaScript has them. Ours are times and counts, exact in an `f64`.
#[allow(clippy::cast_precision_loss)]
fn bind(value: &Value) -> D1Type<'_> {
    match value {
        Value::Null => D1Type::Null,
        Value::Integer(number) => D1Type::Real(*number as f64),
        Value::Text(text) => D1Type::Text(text),
    }
}

fn decode(result: &D1Result) -> Result<Vec<Row>, Fault> {
    let rows: Vec<BTreeMap<String, Cell>> = result.results().map_err(fault)?;
    Ok(rows.into_iter().map(|row| row.into_iter().map(|(name, cell)| (name, cell.0)).collect()).collect())
}

fn fault(error: impl fmt::Display) -> Fault {
    Fault::new("D1", error)
}

/// A column of any row; a type the house does not store is an error, not a panic.
struct Cell(Value);

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CellVisitor).map(Cell)
    }
}

struct CellVisitor;

impl Visitor<'_> for CellVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NULL, INTEGER or TEXT")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Integer(number))
    }

    /// JavaScript has one number type; a whole one is an integer of ours.
    #[allow(clippy::cast_possible_truncation)]
    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Value, E> {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if number.fract() == 0.0 && number.abs() <= EXACT {
            Ok(Value::Integer(number as i64))
        } else {
            Err(E::custom("a number that is not whole"))
        }
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }
}
