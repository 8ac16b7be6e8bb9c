//! A form that is sent twice (a double click, a second Enter, a slow page) is processed once and answered twice.
//!
//! Every batch that completes an act also writes the form's id (`RequestContext::commit`, `RequestContext::save`), and fails as
//! a whole if that id exists already. So there is one effect, however many requests arrive at once, and a request that fails
//! after the first has succeeded gets the first one's result. An act that succeeds at once costs no lookup.

use crate::domain::devices::device::Submission;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::flows::context::RequestContext;
use crate::ports::{Platform, Row};
use crate::store::submissions;

/// The result of an act, as a repeated request finds it.
#[allow(async_fn_in_trait)]
pub trait Outcome: Sized {
    /// Reads the result from the row of `submissions`; `None` if it no longer exists.
    async fn again(ctx: &RequestContext<'_, impl Platform>, row: &Row) -> Result<Option<Self>, Fault>;
}

/// The result of an act that creates nothing: only its success.
impl Outcome for () {
    async fn again(_: &RequestContext<'_, impl Platform>, _: &Row) -> Result<Option<Self>, Fault> {
        Ok(Some(()))
    }
}

/// The id of what an act has created.
impl<T> Outcome for Id<T> {
    async fn again(_: &RequestContext<'_, impl Platform>, row: &Row) -> Result<Option<Self>, Fault> {
        Ok(Some(row.id("made")?))
    }
}

/// The result of the same form, if it was processed a moment ago.
pub async fn first<T: Outcome>(
    ctx: &RequestContext<'_, impl Platform>,
    id: Id<Submission>,
) -> Result<Option<T>, Fault> {
    match submissions::find(ctx.platform, id, ctx.now).await? {
        Some(row) => T::again(ctx, &row).await,
        None => Ok(None),
    }
}
