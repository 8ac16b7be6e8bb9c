//! The size of the database. Every D1 response contains it, so the cheapest query suffices.

use crate::domain::error::Fault;
use crate::ports::{Capacity, Statement};

/// In bytes.
pub async fn size(database: &impl Capacity) -> Result<u64, Fault> {
    database.size(Statement::new("SELECT 1", Vec::new())).await
}
