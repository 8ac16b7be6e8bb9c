//! Conditions queried on their own.

use crate::domain::error::Fault;
use crate::ports::{Database, Guard, Statement};

/// Selects a row if a condition holds.
pub fn holding(guard: Guard) -> Statement {
    Statement::guarded("SELECT 1 AS holds", Vec::new(), guard, "")
}

/// Whether a condition holds at this moment: for choosing the error of a refusal, never for granting access.
pub async fn holds(database: &impl Database, guard: Guard) -> Result<bool, Fault> {
    Ok(!database.rows(holding(guard)).await?.is_empty())
}
