//! Everything that an account can be signed in to with.

use crate::domain::accounts::user::User;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::sessions::second_factors::KeyKind;
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::store::{conditions, passkeys, passwords, recovery_codes, totp};

/// The factors of an account, as its user sees them.
pub struct Overview {
    pub password: bool,
    pub app: Option<totp::Overview>,
    /// How many recovery codes are left; `None` if the account never had any.
    pub codes_left: Option<u32>,
    /// The oldest first.
    pub keys: Vec<passkeys::Overview>,
}

impl Overview {
    /// Whether a sign-in takes two steps, of the account's own accord.
    pub fn has_second_step(&self) -> bool {
        self.app.is_some() || self.keys.iter().any(|key| key.kind == KeyKind::SecurityKey)
    }
}

/// How many recovery codes a user has left; `None` if there are none, used or not.
pub async fn codes_left(ctx: &RequestContext<'_, impl Platform>, user: Id<User>) -> Result<Option<u32>, Fault> {
    let [rows] = ctx.batch_array([recovery_codes::count_left(user)]).await?;
    Ok(rows.first().map(recovery_codes::read_left).transpose()?.flatten())
}

/// A user's factors, in one round trip.
pub async fn overview(ctx: &RequestContext<'_, impl Platform>, user: Id<User>) -> Result<Overview, Fault> {
    let password = conditions::holding(passwords::exists(user));
    let selects = [password, totp::kept(user, 1), recovery_codes::count_left(user), passkeys::all(user)];
    let [password, app, codes, keys] = ctx.batch_array(selects).await?;
    Ok(Overview {
        password: !password.is_empty(),
        app: app.first().map(totp::Overview::read).transpose()?,
        codes_left: codes.first().map(recovery_codes::read_left).transpose()?.flatten(),
        keys: keys.iter().map(passkeys::Overview::read).collect::<Result<_, _>>()?,
    })
}
