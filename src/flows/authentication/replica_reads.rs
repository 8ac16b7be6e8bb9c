//! Reads that may be late: when a replica of D1 is believed.
//!
//! Replicas are near, and late. So the most one of them can say is yes. Whom it does not know, or knows as older than what
//! is presented, or whom a mark in KV speaks against, is asked about at the primary: no refusal comes from anywhere else.

use futures_util::future::join;

use crate::domain::bookmark::ReadConsistency;
use crate::domain::error::Fault;
use crate::flows::authentication::credential::ParsedCredential;
use crate::flows::authentication::revocation;
use crate::flows::context::RequestContext;
use crate::ports::{Database, Platform, Row, Statement};

/// D1, asked who is behind a credential: the primary, or a replica where the request may be answered from one.
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
        match self.believed(since, statement.clone()).await {
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
    /// What a replica has found, if it may be believed. KV is asked at the same time: it costs no wait.
    async fn believed(&self, since: Option<&str>, statement: Statement) -> Result<Option<Vec<Row>>, Fault> {
        let (found, marked) = join(self.ctx.platform.rows_nearby(since, statement), self.is_marked()).await;
        let (rows, marked) = (found?, marked?);
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        let current = row.integer("auth_version")? >= self.version();
        Ok((current && !marked).then_some(rows))
    }

    /// Whether a mark speaks against what is presented, or knows another role for it. Opaque tokens have none.
    async fn is_marked(&self) -> Result<bool, Fault> {
        match self.presented {
            ParsedCredential::Access(token) => revocation::is_marked(self.ctx, &token.claims).await,
            ParsedCredential::Private(token) => {
                Ok(revocation::role_of(self.ctx, &token.claims).await? != Some(token.claims.role))
            }
            ParsedCredential::Browser(_) | ParsedCredential::Stamped(_) => Ok(false),
        }
    }

    /// The `auth_version` its user had when it was made, where it says so.
    const fn version(&self) -> i64 {
        match self.presented {
            ParsedCredential::Access(token) => token.claims.ver,
            ParsedCredential::Private(token) => token.claims.ver,
            ParsedCredential::Browser(_) | ParsedCredential::Stamped(_) => 0,
        }
    }
}
