//! Statements and values: what `store/` sends to a database.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::domain::id::Id;
use crate::domain::timestamp::Timestamp;

/// A value bound to a parameter or found in a column. D1 binds every number as REAL: write no `/` and no `||` on one. JSON
/// numbers keep their type, and one that is not whole is rejected.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value {
    Null,
    /// Exact up to 2^53.
    Integer(i64),
    /// Made by `From`, which removes NUL characters.
    Text(String),
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Column)
    }
}

/// Reads a column by the type that it has. The derived way tries one type after the other, and words an error for each that does not
/// fit: for every value of every answer.
struct Column;

impl Visitor<'_> for Column {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("null, a whole number that is exact, or text")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    /// JavaScript has one number type. A number too large to be exact in it is not what was stored.
    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        const EXACT: u64 = 1 << 53;
        if number.unsigned_abs() <= EXACT {
            Ok(Value::Integer(number))
        } else {
            Err(E::invalid_value(Unexpected::Signed(number), &self))
        }
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        match i64::try_from(number) {
            Ok(number) => self.visit_i64(number),
            Err(_) => Err(E::invalid_value(Unexpected::Unsigned(number), &self)),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }
}

/// One SQL statement with its parameters.
///
/// A statement, or the head of a composed one, that has more than five parameters or uses one twice numbers them, `?1` to `?n`,
/// and binds each once. Everything after a head is anonymous: guards and tails are composed in any order, and SQLite gives each
/// `?` the next number after the largest so far. A number after a `?` would mean an earlier value, so there would be fewer
/// parameters than values, which SQLite and D1 refuse. `tests/native/parameters.rs` checks every statement. D1 allows 100
/// parameters.
#[derive(Clone, Debug)]
pub struct Statement {
    pub sql: Cow<'static, str>,
    pub values: Vec<Value>,
}

/// A condition for the effect of a statement in a batch: later statements use it to depend on an earlier conditional one. Its
/// parameters are anonymous (see [`Statement`]).
#[derive(Clone, Debug)]
pub struct Guard {
    sql: Cow<'static, str>,
    values: Vec<Value>,
}

impl Guard {
    pub const fn new(sql: &'static str, values: Vec<Value>) -> Self {
        Self { sql: Cow::Borrowed(sql), values }
    }

    pub const fn always() -> Self {
        Self::new("TRUE", Vec::new())
    }

    pub const fn never() -> Self {
        Self::new("FALSE", Vec::new())
    }

    pub fn and(self, other: Self) -> Self {
        let sql = format!("({}) AND ({})", self.sql, other.sql).into();
        Self { sql, values: [self.values, other.values].concat() }
    }

    pub fn or(self, other: Self) -> Self {
        let sql = format!("({}) OR ({})", self.sql, other.sql).into();
        Self { sql, values: [self.values, other.values].concat() }
    }

    /// Holds where a column equals the index, from 0, of the first guard that holds; if none does, the number of guards.
    pub fn first_of(column: &'static str, guards: Vec<Self>) -> Self {
        let none = Self { sql: guards.len().to_string().into(), values: Vec::new() };
        let first = guards.into_iter().enumerate().rfold(none, |later, (place, guard)| {
            let sql = format!("iif({}, {place}, {})", guard.sql, later.sql).into();
            Self { sql, values: [guard.values, later.values].concat() }
        });
        Self { sql: format!("{column} = {}", first.sql).into(), values: first.values }
    }

    /// Holds if a `SELECT` finds anything.
    pub fn exists(select: Statement) -> Self {
        Self { sql: format!("EXISTS ({})", select.sql).into(), values: select.values }
    }

    pub fn negate(self) -> Self {
        Self { sql: format!("NOT ({})", self.sql).into(), values: self.values }
    }
}

/// A guarded statement that decides a batch. The flow still adds the conditions on its actor (`flows::transaction`).
#[derive(Clone, Debug)]
pub struct Conditional {
    head: &'static str,
    values: Vec<Value>,
    guard: Guard,
    tail: &'static str,
}

impl Conditional {
    /// As [`Statement::guarded`].
    pub const fn new(head: &'static str, values: Vec<Value>, guard: Guard, tail: &'static str) -> Self {
        Self { head, values, guard, tail }
    }

    pub fn and(self, guard: Guard) -> Self {
        Self { guard: self.guard.and(guard), ..self }
    }
}

impl From<Conditional> for Statement {
    fn from(conditional: Conditional) -> Self {
        let Conditional { head, values, guard, tail } = conditional;
        Self::guarded(head, values, guard, tail)
    }
}

impl Statement {
    pub const fn new(sql: &'static str, values: Vec<Value>) -> Self {
        Self { sql: Cow::Borrowed(sql), values }
    }

    /// `head WHERE guard tail`. `head` is an `INSERT … SELECT ?, …`, an `UPDATE`, a `DELETE` or a `SELECT` with all its
    /// parameters before the guard's; `tail` has none.
    pub fn guarded(head: &'static str, values: Vec<Value>, guard: Guard, tail: &'static str) -> Self {
        let sql = format!("{head} WHERE {} {tail}", guard.sql).into();
        Self { sql, values: [values, guard.values].concat() }
    }

    /// `head WHERE guard order LIMIT limit OFFSET offset`: one page of the rows of a `SELECT` without parameters.
    pub fn page(head: &'static str, guard: Guard, order: &str, limit: u32, offset: u32) -> Self {
        let sql = format!("{head} WHERE {} {order} LIMIT ? OFFSET ?", guard.sql).into();
        Self { sql, values: [guard.values, vec![limit.into(), offset.into()]].concat() }
    }

    /// The same over the rows of another `SELECT`: `head FROM (found) WHERE guard order LIMIT limit OFFSET offset`.
    pub fn page_of(
        head: &'static str,
        found: Self,
        guard: Guard,
        order: &'static str,
        limit: u32,
        offset: u32,
    ) -> Self {
        let sql = format!("{head} FROM ({}) WHERE {} {order} LIMIT ? OFFSET ?", found.sql, guard.sql).into();
        Self { sql, values: [found.values, guard.values, vec![limit.into(), offset.into()]].concat() }
    }

    /// `head FROM (found) WHERE TRUE LIMIT 1 tail`: an `INSERT … SELECT` of the first row of another `SELECT`. The parameters
    /// of `head` and `tail` come before and after those of `found`.
    pub fn of_found(
        head: &'static str,
        before: Vec<Value>,
        found: Self,
        tail: &'static str,
        after: Vec<Value>,
    ) -> Self {
        let sql = format!("{head} FROM ({}) WHERE TRUE LIMIT 1 {tail}", found.sql).into();
        Self { sql, values: [before, found.values, after].concat() }
    }

    /// The rows of both `SELECT`s, without duplicates.
    pub fn union(one: Self, other: Self) -> Self {
        let sql = format!("SELECT * FROM ({}) UNION SELECT * FROM ({})", one.sql, other.sql).into();
        Self { sql, values: [one.values, other.values].concat() }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<String> for Value {
    /// SQL cannot express a NUL: SQLite's shell, and D1's export with it, ends a text there, and the output cannot be
    /// imported. Routes reject text with a NUL; here it is removed from text of other origin.
    fn from(text: String) -> Self {
        Self::Text(if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text })
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Integer(number.into())
    }
}

impl From<Timestamp> for Value {
    fn from(time: Timestamp) -> Self {
        Self::Integer(time.millis())
    }
}

impl<T> From<Id<T>> for Value {
    fn from(id: Id<T>) -> Self {
        Self::Text(id.to_string())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A parameter list: `values![id, now, "text"]`.
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$($crate::ports::Value::from($value)),*] };
}
pub(crate) use values;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_value_of_ours_is_not_read_as_one() {
        let read = |json: &str| serde_json::from_str::<Value>(json).ok();
        assert_eq!(read("null"), Some(Value::Null));
        assert_eq!(read("-9007199254740992"), Some(Value::Integer(-9_007_199_254_740_992)));
        assert_eq!(read("\"7\""), Some(Value::Text("7".to_owned())));
        for foreign in ["1.5", "9007199254740994", "-9007199254740994", "1e21", "true", "[1]", "{}"] {
            assert_eq!(read(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn no_text_is_bound_with_a_nul_in_it() {
        let text = Value::Text("a\u{fffd}b".to_owned());
        let owned = "a\0b".to_owned();
        assert_eq!([Value::from("a\0b"), Value::from(&owned), Value::from(owned)], [text.clone(), text.clone(), text]);
    }
}
