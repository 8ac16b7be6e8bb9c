//! A form that is sent twice is acted on once, and answered twice: a double click, a second Enter, a page that was slow.
//!
//! Every batch an act ends in writes the form's name as well (`Visit::win`, `Visit::save`), and fails as a whole where that name
//! stands already. So there is one effect, however many requests come at once; and whoever fails after the first has succeeded
//! is given what the first has made. An act that succeeds at once is asked about by nobody.

use crate::domain::devices::device::Submission;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::flows::context::RequestContext;
use crate::ports::{Platform, Row};
use crate::store::submissions;

/// What an act leaves behind, as a second request finds it again.
#[allow(async_fn_in_trait)]
pub trait Outcome: Sized {
    /// From the row of `submissions`; `None` if it is over by now.
    async fn again(ctx: &RequestContext<'_, impl Platform>, row: &Row) -> Result<Option<Self>, Fault>;
}

/// An act that makes nothing is done.
impl Outcome for () {
    async fn again(_: &RequestContext<'_, impl Platform>, _: &Row) -> Result<Option<Self>, Fault> {
        Ok(Some(()))
    }
}

/// What an act has made, by its id.
impl<T> Outcome for Id<T> {
    async fn again(_: &RequestContext<'_, impl Platform>, row: &Row) -> Result<Option<Self>, Fault> {
        Ok(Some(row.id("made")?))
    }
}

/// What the same form has come to a moment ago.
pub async fn first<T: Outcome>(
    ctx: &RequestContext<'_, impl Platform>,
    id: Id<Submission>,
) -> Result<Option<T>, Fault> {
    match submissions::find(ctx.platform, id, ctx.now).await? {
        Some(row) => T::again(ctx, &row).await,
        None => Ok(None),
    }
}
