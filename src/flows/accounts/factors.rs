//! Everything that an account can be signed in to with.

use crate::domain::accounts::user::User;
use crate::domain::audit::{Act, Entry};
use crate::domain::error::{Error, Fault};
use crate::domain::id::Id;
use crate::domain::sessions::second_factors::KeyKind;
use crate::flows::context::RequestContext;
use crate::flows::transaction::Transaction;
use crate::ports::{Guard, Platform};
use crate::store::identities::{self, Connection};
use crate::store::signed_in::SignedIn;
use crate::store::{conditions, devices, passkeys, passwords, recovery_codes, totp, users};

/// The factors of an account, as its user sees them.
pub struct Overview {
    pub password: bool,
    pub app: Option<totp::Overview>,
    /// How many recovery codes are left; `None` if the account never had any.
    pub codes_left: Option<u32>,
    /// The oldest first.
    pub keys: Vec<passkeys::Overview>,
    /// With other providers, the oldest first.
    pub identities: Vec<Connection>,
    /// How many browsers are not asked for a second factor; none if the operator has none remembered.
    pub remembered_browsers: u32,
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
    // Without days there is no such time, so nothing is found.
    let browsers = devices::count_remembered(user, ctx.now - ctx.settings.second_factors.remembered);
    let factors = [totp::kept(user, 1), recovery_codes::count_left(user), passkeys::all(user), identities::all(user)];
    let [app, codes, keys, identities] = factors;
    let selects = [password, app, codes, keys, identities, browsers];
    let [password, app, codes, keys, identities, browsers] = ctx.batch_array(selects).await?;
    Ok(Overview {
        password: !password.is_empty(),
        app: app.first().map(totp::Overview::read).transpose()?,
        codes_left: codes.first().map(recovery_codes::read_left).transpose()?.flatten(),
        keys: keys.iter().map(passkeys::Overview::read).collect::<Result<_, _>>()?,
        identities: identities.iter().map(Connection::read).collect::<Result<_, _>>()?,
        remembered_browsers: browsers.first().map(devices::read_remembered).transpose()?.unwrap_or_default(),
    })
}

/// Forgets every browser that the account knows: each is asked for a second factor at its next sign-in.
pub async fn forget_browsers(ctx: &RequestContext<'_, impl Platform>, signed_in: &SignedIn) -> Result<(), Error> {
    let (user, op) = (signed_in.user.id, ctx.operation()?);
    let entry = Entry::of(Act::ForgetBrowsers).in_session(signed_in.session);
    let row = users::touch(user, &op, Guard::always(), ctx.now);
    let mut transaction = Transaction::by(ctx, signed_in, entry, row, users::find_bumped_by(user, &op));
    transaction.then(|won| devices::forget_others(user, None, won));
    transaction.commit_or(Error::TokenRevoked).await.map(drop)
}
