//! Additional fields of the SDK: a link's token in place of an address, `session_id`, and its user.

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

/// The registration of a link that is sent in place of an address, even if it has expired.
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

/// The value that `otp/verify` accepts in place of the address.
pub fn session_id(ctx: &RequestContext<'_, impl Platform>, email: &EmailAddress) -> Result<Option<String>, Fault> {
    match ctx.settings.response_style {
        ResponseStyle::Plain => Ok(None),
        ResponseStyle::FastSchema => email_otp::session(&ctx.settings.keys, email, ctx.platform.bytes()?).map(Some),
    }
}

/// The additional members of `me`.
pub fn user(settings: &Settings, user: &User) -> Option<Value> {
    (settings.response_style == ResponseStyle::FastSchema).then(|| fastschema_user::profile(&user.login, user.role))
}
