//! Reads that may be stale: when the answer of a D1 replica is accepted.
//!
//! Replicas are near, but may lag, so a replica may only confirm. If it lacks the row, has an older `auth_version` than the
//! credential, or KV holds a revocation mark, the primary is asked: every refusal comes from there.

use futures_util::future::join;

use crate::domain::bookmark::ReadConsistency;
use crate::domain::error::Fault;
use crate::flows::authentication::credential::ParsedCredential;
use crate::flows::authentication::revocation;
use crate::flows::context::RequestContext;
use crate::ports::{Database, Platform, Row, Statement};

/// D1, for looking up a credential: the primary, or a replica if the request allows one.
pub struct ReplicaReader<'a, P> {
    pub ctx: &'a RequestContext<'a, P>,
    pub presented: &'a ParsedCredential,
}

impl<P: Platform> Database for ReplicaReader<'_, P> {
    async fn rows(&self, statement: Statement) -> Result<Vec<Row>, Fault> {
        let since = match &self.ctx.freshness {
            ReadConsistency::Now => return self.ctx.platform.rows(statement).await,
            ReadConsistency::Since(bookmark) => Some(bookmark.as_str()),
            ReadConsistency::Whenever => None,
        };
        match self.accepted(since, statement.clone()).await {
            Ok(Some(rows)) => return Ok(rows),
            Ok(None) => {}
            Err(fault) => self.ctx.log(&fault),
        }
        self.ctx.platform.rows(statement).await
    }

    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, Fault> {
        self.ctx.platform.batch(statements).await
    }
}

impl<P: Platform> ReplicaReader<'_, P> {
    /// The rows of a replica, if they may be accepted. KV is read at the same time, so it adds no delay.
    async fn accepted(&self, since: Option<&str>, statement: Statement) -> Result<Option<Vec<Row>>, Fault> {
        let (found, marked) = join(self.ctx.platform.replica_rows(since, statement), self.is_marked()).await;
        let (rows, marked) = (found?, marked?);
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        let current = row.integer("auth_version")? >= self.version();
        Ok((current && !marked).then_some(rows))
    }

    /// Whether a mark revokes the credential or gives it another role. Opaque tokens have no marks.
    async fn is_marked(&self) -> Result<bool, Fault> {
        match self.presented {
            ParsedCredential::Access(token) => revocation::is_marked(self.ctx, token).await,
            ParsedCredential::Private(token) => {
                Ok(revocation::role_of(self.ctx, &token.claims).await? != Some(token.claims.role))
            }
            ParsedCredential::Browser(_) | ParsedCredential::Stamped(_) => Ok(false),
        }
    }

    /// The user's `auth_version` in the credential; 0 if it has none.
    const fn version(&self) -> i64 {
        match self.presented {
            ParsedCredential::Access(token) => token.claims.ver,
            ParsedCredential::Private(token) => token.claims.ver,
            ParsedCredential::Browser(_) | ParsedCredential::Stamped(_) => 0,
        }
    }
}
