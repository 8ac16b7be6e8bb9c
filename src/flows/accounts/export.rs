//! A user exports the data stored about them.

use crate::domain::accounts::email_address;
use crate::domain::audit::{Act, Entry};
use crate::domain::credentials::email_otp::Subject;
use crate::domain::error::Error;
use crate::domain::policy;
use crate::flows::context::RequestContext;
use crate::flows::transaction;
use crate::ports::{Platform, Row};
use crate::store::signed_in::SignedIn;
use crate::store::tables::{self, RowOwner};

/// The rows of one table.
pub struct Part {
    pub name: &'static str,
    pub rows: Vec<Row>,
    /// Whether older rows were left out.
    pub cut: bool,
}

/// Everything except the user's own row, the newest of each kind first, without secrets or hashes of them. An export is
/// audited, because an export from a stolen session discloses everything.
pub async fn export(ctx: &RequestContext<'_, impl Platform>, signed_in: &SignedIn) -> Result<Vec<Part>, Error> {
    let (user, limit) = (&signed_in.user, policy::EXPORT_ROWS);
    let folded = email_address::fold(&user.email);
    let subject = Subject::new(&ctx.settings.keys, &folded);
    let person = RowOwner { id: user.id, folded: &folded, subject: &subject, created_at: user.created_at };
    let exports = tables::ALL.iter().filter_map(|table| table.export);
    let (names, selects): (Vec<_>, Vec<_>) = exports.map(|(name, select)| (name, select(&person, limit + 1))).unzip();
    let part = |(name, mut rows): (&'static str, Vec<Row>)| {
        let shown = usize::try_from(limit).unwrap_or(usize::MAX);
        let cut = rows.len() > shown;
        rows.truncate(shown);
        Part { name, rows, cut }
    };
    let found =
        transaction::read(ctx, signed_in, selects, Entry::of(Act::Export).in_session(signed_in.session)).await?;
    Ok(names.into_iter().zip(found).map(part).collect())
}
