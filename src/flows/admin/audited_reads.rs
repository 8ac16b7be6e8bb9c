//! D1 for administrators: every read is audited in the same transaction.

use crate::domain::audit::Entry;
use crate::domain::error::Fault;
use crate::flows::context::RequestContext;
use crate::ports::{Database, Guard, Platform, Row, Statement};

/// D1, with an audit entry for every read.
pub struct AuditedReads<'a, P> {
    ctx: &'a RequestContext<'a, P>,
    entry: Entry,
}

impl<'a, P> AuditedReads<'a, P> {
    pub const fn new(ctx: &'a RequestContext<'a, P>, entry: Entry) -> Self {
        Self { ctx, entry }
    }
}

impl<P: Platform> Database for AuditedReads<'_, P> {
    async fn rows(&self, statement: Statement) -> Result<Vec<Row>, Fault> {
        Ok(self.batch(vec![statement]).await?.into_iter().next().unwrap_or_default())
    }

    async fn batch(&self, mut statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, Fault> {
        statements.push(self.ctx.entry(&self.entry, Guard::always()));
        self.ctx.platform.batch(statements).await
    }
}
