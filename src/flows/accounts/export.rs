//! A user takes away what is kept about them.

use crate::domain::accounts::email_address;
use crate::domain::audit::{Act, Entry};
use crate::domain::credentials::email_otp::Subject;
use crate::domain::error::Error;
use crate::domain::policy;
use crate::flows::context::RequestContext;
use crate::flows::transaction;
use crate::ports::{Platform, Row};
use crate::store::signed_in::SignedIn;
use crate::store::{
    audit, codes, email_changes, email_undos, networks, outbox, recoveries, registrations, session_lists, tokens,
};

/// What one table keeps.
pub struct Part {
    pub name: &'static str,
    pub rows: Vec<Row>,
    /// There are older rows than these.
    pub cut: bool,
}

/// Everything besides the user's own row, the newest of each kind first, and never a secret or a hash of one. An export
/// is on the record: whoever makes one in a stolen session has it all.
pub async fn export(ctx: &RequestContext<'_, impl Platform>, who: &SignedIn) -> Result<Vec<Part>, Error> {
    let user = who.user.id;
    let folded = email_address::fold(&who.user.email);
    let limit = policy::EXPORT_ROWS;
    let beyond = limit + 1;
    let kept = [
        ("sessions", session_lists::kept(user, beyond)),
        ("tokens", tokens::kept(user, beyond)),
        ("networks", networks::kept(user, beyond)),
        ("registrations", registrations::kept(&folded, beyond)),
        ("recoveries", recoveries::kept(user, beyond)),
        ("codes", codes::kept(&Subject::new(&ctx.settings.keys, &folded), beyond)),
        ("email_changes", email_changes::kept(user, beyond)),
        ("former_emails", email_undos::kept(user, beyond)),
        ("letters", outbox::kept(&folded, who.user.created_at, beyond)),
        ("audit", audit::kept(user, beyond)),
    ];
    let (names, selects): (Vec<_>, Vec<_>) = kept.into_iter().unzip();
    let part = |(name, mut rows): (&'static str, Vec<Row>)| {
        let shown = usize::try_from(limit).unwrap_or(usize::MAX);
        let cut = rows.len() > shown;
        rows.truncate(shown);
        Part { name, rows, cut }
    };
    let found = transaction::read(ctx, who, selects, Entry::of(Act::Export).in_session(who.session)).await?;
    Ok(names.into_iter().zip(found).map(part).collect())
}
