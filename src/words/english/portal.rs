//! English: the portal's part of `/account/keys`.

use crate::words::keys::Section;
use crate::words::portal::Portal;

pub const PORTAL: Portal = Portal {
    section: Section {
        title: "API Key for the portal",
        about: "For administrators. A new key works for one hour and ends no other. While a portal token is held, no second one is given out: delete one that is lost.",
        none: "Nothing opens the portal for you yet. A portal token comes from a sign-in there, an API Key from this page.",
        make: "Regenerate",
        new: "Your new API Key for the portal",
        header: "Authorization: Token KEY",
    },
    token: "Portal token from a sign-in",
    key: "API Key from this page",
};
