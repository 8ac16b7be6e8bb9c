//! How large the database is. Every answer says it, so the smallest question will do.

use crate::domain::error::Fault;
use crate::ports::{Capacity, Statement};

/// In bytes.
pub async fn size(database: &impl Capacity) -> Result<u64, Fault> {
    database.size(Statement::new("SELECT 1", Vec::new())).await
}
