//! A registration without a password becomes an account with a passkey: that of whoever has opened the link.

use serde_json::{Value, json};

use crate::domain::accounts::login_name::LoginName;
use crate::domain::accounts::registration::{self, Registration};
use crate::domain::audit::{Act, Entry};
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::domain::passkeys::challenge::{self, Context};
use crate::domain::passkeys::creation::Creation;
use crate::domain::passkeys::key_name::KeyName;
use crate::domain::passkeys::options::CreationOptions;
use crate::domain::passkeys::response::RegistrationResponse;
use crate::domain::sessions::auth_methods::AuthMethod;
use crate::domain::sessions::second_factors::KeyKind;
use crate::flows::accounts::{activate, passkeys};
use crate::flows::context::RequestContext;
use crate::flows::sign_in::assertions;
use crate::ports::{Guard, Platform};
use crate::store::passkeys::NewKey;
use crate::store::registrations::Activation;
use crate::store::{self, registrations};

const CREATION: Creation = Creation::Requested(KeyKind::Passkey);

/// The challenge is worth nothing at another link, and nothing once its own is used up: so it need not be spent. After a change
/// of `APP_KEY` the account would get another id than its passkey has, so the challenge is worth nothing then either.
fn of<P>(ctx: &RequestContext<'_, P>, registration: Id<Registration>) -> Context<'static> {
    Context::Activation { registration, user: registration::passkey_user(&ctx.settings.keys, registration) }
}

/// The options of `navigator.credentials.create()` for the account that a link would create, under this name. Writes nothing.
pub fn options(ctx: &RequestContext<'_, impl Platform>, token: &str, login: &str) -> Result<Value, Error> {
    let (rp, keys) = (assertions::relying_party(ctx)?, &ctx.settings.keys);
    let id = registration::TOKEN.read(keys, token).ok_or(Error::InvalidToken)?;
    let user = registration::passkey_user(keys, id);
    let challenge = challenge::issue(keys, &of(ctx, id), ctx.platform.bytes()?, ctx.now);
    let options = CreationOptions::new(rp, &ctx.settings.app_name, user, login, &challenge, CREATION, &[]);
    Ok(json!({ "publicKey": options }))
}

/// Uses a link up and creates the account with its passkey, once. `login` as in [`activate::activate`].
pub async fn activate(
    ctx: &RequestContext<'_, impl Platform>,
    token: &str,
    login: Option<LoginName>,
    response: &RegistrationResponse,
) -> Result<(), Error> {
    let (rp, keys, kind) = (assertions::relying_party(ctx)?, &ctx.settings.keys, CREATION.kind());
    let id = registration::TOKEN.read(keys, token).ok_or(Error::InvalidToken)?;
    let (key, _) = passkeys::judge(ctx, &of(ctx, id), CREATION, response)?;
    let (user, op) = (registration::passkey_user(keys, id), ctx.operation()?);
    let name = KeyName::suggested(kind, key.aaguid);
    let new = NewKey { user, kind, rp_id: &rp.id, key: &key, name: name.as_str(), op: &op };
    let activation = Activation { registration: id, login: login.as_ref(), by_password: false, op: &op };
    let entry = Entry::of(Act::Activate).by(Some(user)).with(AuthMethod::Pop);
    let mut transaction = activate::begin(ctx, entry, &activation, user, Guard::always());
    transaction.then(|won| store::passkeys::insert(&new, won, ctx.now).into());
    transaction.extend([registrations::wipe(id, &op)]);
    if transaction.commit().await?.is_empty() { activate::refuse(ctx, &activation).await } else { Ok(()) }
}
