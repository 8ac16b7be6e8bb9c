//! A user chooses the language of their pages and letters.

use crate::domain::audit::{Act, Entry};
use crate::domain::error::Error;
use crate::flows::visit::Visit;
use crate::ports::Platform;
use crate::store::sessions;
use crate::store::users::{self, SignedIn};
use crate::words::language::Language;

/// Sets it, or leaves it to their browsers (`None`). Letters that wait are sent in it as well. It opens nothing, so no
/// fresh proof is asked for.
pub async fn choose(visit: &Visit<'_, impl Platform>, who: &SignedIn, language: Option<Language>) -> Result<(), Error> {
    let user = who.user.id;
    let lives = || sessions::lives(who.session, visit.now);
    let entry = Entry::of(Act::ChooseLanguage).in_session(who.session);
    let batch = vec![users::set_language(user, language, lives()), visit.entry(&entry, lives())];
    if visit.win(batch, users::find_with_language(user, language)).await?.is_some() {
        return Ok(());
    }
    // The session has ended since it was looked up.
    visit.refuse(entry, Error::TokenRevoked).await
}
