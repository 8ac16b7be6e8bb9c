//! The parameters of every statement of every test: the rule is at `Statement`.

use std::borrow::Cow;
use std::collections::BTreeSet;

use gatehouse::ports::{Statement, Value};

/// The most parameters that a statement written in one piece may leave anonymous.
const MOST_ANONYMOUS: usize = 5;

/// Numbers come before anonymous parameters and have no gaps, and there is one parameter for each value.
pub fn check(statement: &Statement) {
    let number = |rest: &str| rest.split(|c: char| !c.is_ascii_digit()).next().unwrap().parse::<usize>().ok();
    let all: Vec<_> = statement.sql.split('?').skip(1).map(number).collect();
    let (numbered, anonymous) = all.split_at(all.iter().position(Option::is_none).unwrap_or(all.len()));
    assert!(anonymous.iter().all(Option::is_none), "a number after an anonymous parameter: {}", statement.sql);
    let numbers: BTreeSet<_> = numbered.iter().flatten().copied().collect();
    assert!(numbers.iter().copied().eq(1..=numbers.len()), "not every number is there: {}", statement.sql);
    assert_eq!(numbers.len() + anonymous.len(), statement.values.len(), "{}", statement.sql);
    let in_one_piece = matches!(statement.sql, Cow::Borrowed(_));
    assert!(!in_one_piece || anonymous.len() <= MOST_ANONYMOUS, "parameters without numbers: {}", statement.sql);
}

fn checked(sql: &'static str, values: usize) {
    check(&Statement::new(sql, vec![Value::Null; values]));
}

#[test]
fn numbered_parameters_may_repeat_and_be_followed_by_anonymous_ones() {
    checked("SELECT 1", 0);
    checked("SELECT ?, ?, ?, ?, ?", 5);
    checked("SELECT ?2, ?1, ?2", 2);
    checked("SELECT ?1, ?10, ?9, ?8, ?7, ?6, ?5, ?4, ?3, ?2 WHERE ? AND ?", 12);
}

#[test]
#[should_panic(expected = "a number after an anonymous parameter")]
fn a_number_after_an_anonymous_parameter_is_found() {
    checked("SELECT ? WHERE ?1", 2);
}

#[test]
#[should_panic(expected = "not every number is there")]
fn a_number_left_out_is_found() {
    checked("SELECT ?1, ?3", 3);
}

#[test]
#[should_panic(expected = "left: 3")]
fn a_value_too_many_is_found() {
    checked("SELECT ?1, ?2 WHERE ?1 AND ?", 4);
}

#[test]
#[should_panic(expected = "parameters without numbers")]
fn too_many_anonymous_parameters_are_found() {
    checked("SELECT ?, ?, ?, ?, ?, ?", 6);
}
