//! Rows: what a database answers.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::timestamp::Timestamp;
use crate::ports::sql::Value;

/// One row, by column name. Every read is checked: a row of an unexpected shape is a fault, never a panic.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Row(BTreeMap<String, Value>);

impl FromIterator<(String, Value)> for Row {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(columns: I) -> Self {
        Self(columns.into_iter().collect())
    }
}

impl Row {
    fn value(&self, column: &'static str) -> Result<&Value, Fault> {
        self.0.get(column).ok_or_else(|| unexpected(column))
    }

    /// Every column, for callers that pass a row on unchanged.
    pub fn columns(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    pub fn text(&self, column: &'static str) -> Result<&str, Fault> {
        self.optional_text(column)?.ok_or_else(|| unexpected(column))
    }

    pub fn optional_text(&self, column: &'static str) -> Result<Option<&str>, Fault> {
        match self.value(column)? {
            Value::Text(text) => Ok(Some(text)),
            Value::Null => Ok(None),
            Value::Integer(_) => Err(unexpected(column)),
        }
    }

    pub fn integer(&self, column: &'static str) -> Result<i64, Fault> {
        self.optional_integer(column)?.ok_or_else(|| unexpected(column))
    }

    pub fn optional_integer(&self, column: &'static str) -> Result<Option<i64>, Fault> {
        match self.value(column)? {
            Value::Integer(number) => Ok(Some(*number)),
            Value::Null => Ok(None),
            Value::Text(_) => Err(unexpected(column)),
        }
    }

    pub fn time(&self, column: &'static str) -> Result<Timestamp, Fault> {
        Timestamp::stored(self.integer(column)?).ok_or_else(|| unexpected(column))
    }

    pub fn optional_time(&self, column: &'static str) -> Result<Option<Timestamp>, Fault> {
        let millis = self.optional_integer(column)?;
        millis.map(|millis| Timestamp::stored(millis).ok_or_else(|| unexpected(column))).transpose()
    }

    pub fn id<T>(&self, column: &'static str) -> Result<Id<T>, Fault> {
        self.text(column)?.parse().map_err(|_| unexpected(column))
    }

    /// A column whose text is one of several words.
    pub fn word<T>(&self, column: &'static str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, Fault> {
        parse(self.text(column)?).ok_or_else(|| unexpected(column))
    }
}

fn unexpected(column: &'static str) -> Fault {
    Fault::new("database", format_args!("column {column} is missing or of another shape"))
}
