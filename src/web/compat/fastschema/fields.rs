//! What the SDK shows and is shown besides: a link in place of an address, `session_id`, and its user.

use serde_json::Value;

use crate::domain::accounts::email_address::EmailAddress;
use crate::domain::accounts::registration::{self, Registration};
use crate::domain::accounts::user::User;
use crate::domain::credentials::email_otp;
use crate::domain::error::{Error, Fault};
use crate::domain::id::Id;
use crate::domain::sessions::fastschema_user;
use crate::domain::settings::settings::{ResponseStyle, Settings};
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::web::http::request::Fields;

/// The registration of a link that is shown in place of an address, however old it is.
pub fn shown_link(settings: &Settings, fields: &Fields) -> Result<Option<Id<Registration>>, Error> {
    let Some(token) = fields.optional_text("token")?.filter(|_| settings.response_style == ResponseStyle::FastSchema)
    else {
        return Ok(None);
    };
    if fields.optional_text("email")?.is_some() {
        return Err(Error::InvalidRequest(Some("token")));
    }
    registration::TOKEN.read(&settings.keys, token).ok_or(Error::InvalidToken).map(Some)
}

/// What `otp/verify` takes in place of the address.
pub fn session_id(ctx: &RequestContext<'_, impl Platform>, email: &EmailAddress) -> Result<Option<String>, Fault> {
    match ctx.settings.response_style {
        ResponseStyle::Plain => Ok(None),
        ResponseStyle::FastSchema => email_otp::session(&ctx.settings.keys, email, ctx.platform.bytes()?).map(Some),
    }
}

/// What `me` says of a user besides.
pub fn user(settings: &Settings, user: &User) -> Option<Value> {
    (settings.response_style == ResponseStyle::FastSchema).then(|| fastschema_user::profile(&user.login, user.role))
}
