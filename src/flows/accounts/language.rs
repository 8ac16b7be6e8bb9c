//! A user chooses the language of their pages and emails.

use crate::domain::audit::{Act, Entry};
use crate::domain::error::Error;
use crate::flows::context::RequestContext;
use crate::flows::transaction::{Actor, Transaction};
use crate::ports::Platform;
use crate::store::signed_in::SignedIn;
use crate::store::users;
use crate::words::language::Language;

/// Sets the language, or leaves it to the user's browsers (`None`). It also applies to emails in the outbox. It grants no
/// access, so no recent proof is required.
pub async fn choose(
    ctx: &RequestContext<'_, impl Platform>,
    signed_in: &SignedIn,
    language: Option<Language>,
) -> Result<(), Error> {
    let user = signed_in.user.id;
    let entry = Entry::of(Act::ChooseLanguage).in_session(signed_in.session);
    let (choice, chosen) = (users::set_language(user, language), users::find_with_language(user, language));
    let transaction = Transaction::by(ctx, signed_in, entry, choice, chosen).won_if(signed_in.lives(ctx.now));
    transaction.commit_or(Error::TokenRevoked).await.map(drop)
}
