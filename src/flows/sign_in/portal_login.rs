//! Dialect F: an administrator trades a password for a portal token, and gives it back.

use std::time::Duration;

use crate::domain::accounts::login_name::Identifier;
use crate::domain::accounts::user::Role;
use crate::domain::audit::{Act, Entry};
use crate::domain::error::Error;
use crate::domain::secret::Secret;
use crate::domain::sessions::session::{EndReason, Factor};
use crate::domain::timestamp::Timestamp;
use crate::domain::tokens::api_token::{self, Kind};
use crate::flows;
use crate::flows::authentication::authenticate::Caller;
use crate::flows::context::Visit;
use crate::flows::sign_in::login::{self, Proved};
use crate::flows::sign_in::sessions;
use crate::flows::tokens::Ending;
use crate::ports::{Guard, Platform};
use crate::store::tokens::{self, NewToken};

/// A portal token in clear, which is nowhere kept.
pub struct PortalToken {
    pub token: String,
    /// `None` lives until it is given back.
    pub expires_at: Option<Timestamp>,
}

/// A token for who knows an administrator's password, unless one is held already. Of two who come at once one gets it.
pub async fn login(
    visit: &Visit<'_, impl Platform>,
    who: &Identifier,
    password: &Secret,
    life: Option<Duration>,
) -> Result<PortalToken, Error> {
    let proved = login::prove(visit, who, password).await?;
    if proved.account.role != Role::Admin {
        return refuse(visit, &proved, Error::Forbidden).await;
    }
    let (account, now, id) = (&proved.account, visit.now, visit.id()?);
    let expires_at = life.map(|life| now + life);
    let new = NewToken {
        id,
        user: account.id,
        auth_version: account.auth_version,
        kind: Kind::Portal,
        name: None,
        made_by: None,
        expires_at,
    };
    let none_held = flows::tokens::room(visit, account.id, Kind::Portal);
    let made = || tokens::made(id);
    let entry = Entry::of(Act::CreateToken).by(Some(account.id)).with(Factor::Pwd).of_token(id);
    let (arrival, letter) = sessions::arrive(visit, account, proved.spent, &made(), expires_at.unwrap_or(now))?;
    let mut batch = vec![tokens::insert(&new, none_held, now).into(), visit.entry(&entry, made())];
    batch.extend(arrival);
    batch.extend(proved.rehash.clone());
    if visit.win(batch, tokens::find_made(id)).await?.is_none() {
        return match tokens::lacked_room(visit.on, &new).await? {
            true => refuse(visit, &proved, Error::TokenHeld).await,
            // The account changed while the password was being checked.
            false => login::refuse(visit, who, Some(account.id), Error::InvalidCredentials).await,
        };
    }
    letter.into_iter().for_each(|letter| visit.later(letter));
    Ok(PortalToken { token: api_token::spell_portal_token(&visit.settings.keys, id), expires_at })
}

/// Refuses who knew the password: that was no failed try, and its owner hears of it where one would hear of a sign-in.
async fn refuse<T>(visit: &Visit<'_, impl Platform>, proved: &Proved, error: Error) -> Result<T, Error> {
    let entry = Entry::of(Act::CreateToken).by(Some(proved.account.id)).with(Factor::Pwd).failed(&error);
    let (mut batch, letter) = sessions::arrive(visit, &proved.account, proved.spent, &Guard::always(), visit.now)?;
    batch.push(visit.entry(&entry, Guard::always()));
    visit.on.batch(batch).await?;
    letter.into_iter().for_each(|letter| visit.later(letter));
    Err(error)
}

/// Gives a portal token back, however it was made.
pub async fn logout(visit: &Visit<'_, impl Platform>, who: &Caller) -> Result<(), Error> {
    let id = who.token().ok_or(Error::Unauthorized)?;
    let entry = || who.sign(Entry::of(Act::EndToken)).of_token(id);
    let ending = Ending { id, reason: EndReason::SignedOut, guard: Guard::always(), entry: entry() };
    if flows::tokens::end(visit, who, ending).await? {
        return Ok(());
    }
    visit.refuse(entry(), Error::TokenRevoked).await
}
