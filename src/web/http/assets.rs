//! `/assets`: the stylesheet and the scripts. Their names change with their content, so browsers never revalidate them.

use http::StatusCode;

use crate::domain::error::Error;
use crate::domain::policy;
use crate::domain::settings::branding::Branding;
use crate::web::http::request::{self, Request};
use crate::web::http::response::{self, Response};

const STYLE: &str = include_str!(concat!(env!("OUT_DIR"), "/page.css"));
const SCRIPT: &str = include_str!(concat!(env!("OUT_DIR"), "/page.js"));

/// For the pages that use passkeys.
const PASSKEY_SCRIPT: &str = include_str!(concat!(env!("OUT_DIR"), "/passkeys.js"));

const STYLE_VERSION: u64 = version(STYLE);
const SCRIPT_VERSION: u64 = version(SCRIPT);
const PASSKEY_SCRIPT_VERSION: u64 = version(PASSKEY_SCRIPT);

/// A hash of the text (FNV-1a), computed at compile time. It only distinguishes versions; security does not depend on it.
const fn version(text: &str) -> u64 {
    let (mut bytes, mut hash) = (text.as_bytes(), 0xcbf2_9ce4_8422_2325_u64);
    while let [first, rest @ ..] = bytes {
        hash = (hash ^ *first as u64).wrapping_mul(0x0000_0100_0000_01b3);
        bytes = rest;
    }
    hash
}

/// The name of the stylesheet for this branding.
pub fn style_name(look: &Branding) -> String {
    format!("{STYLE_VERSION:016x}-{}.css", look.accent.digits())
}

/// The name of the script.
pub fn script_name() -> String {
    format!("{SCRIPT_VERSION:016x}.js")
}

/// The name of the script for passkeys.
pub fn passkey_script_name() -> String {
    format!("{PASSKEY_SCRIPT_VERSION:016x}-passkeys.js")
}

/// An outdated name gets the current content, uncached: the page that names it was rendered by a version that is just being
/// replaced.
pub fn serve(look: &Branding, request: &Request) -> Result<Response, Error> {
    let name = request::last_segment(request);
    let (current, media_type, text) = match name.rsplit_once('.') {
        Some((_, "css")) => (style_name(look), "text/css; charset=utf-8", style(look)),
        Some((name, "js")) if name.ends_with("-passkeys") => {
            (passkey_script_name(), "text/javascript; charset=utf-8", PASSKEY_SCRIPT.to_owned())
        }
        Some((_, "js")) => (script_name(), "text/javascript; charset=utf-8", SCRIPT.to_owned()),
        _ => return Err(Error::NotFound),
    };
    let mut response = response::with_body(StatusCode::OK, media_type, text.into());
    if name == current {
        response::cache_for_good(&mut response, policy::ASSET_MAX_AGE);
    }
    Ok(response)
}

fn style(look: &Branding) -> String {
    let accent = look.accent;
    format!(":root{{--accent:#{};--on-accent:#{}}}\n{STYLE}", accent.digits(), accent.contrast_color())
}
