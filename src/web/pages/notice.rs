//! What has been done, said on the page that follows: RFC 9110 §15.4.4 sends the browser there, so that loading it again
//! does nothing twice.

use crate::web::credential::cookie;
use crate::web::pages::form::set_cookie;
use crate::web::pages::goal::see_other;
use crate::web::request::Request;
use crate::web::response::Response;
use crate::words::catalogue::Words;

const NOTICE_COOKIE: &str = "__Host-notice";

/// One of our own sentences: its cookie can name it and say nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    SignedOut,
    KeyDeleted,
}

impl Notice {
    const ALL: [Self; 2] = [Self::SignedOut, Self::KeyDeleted];

    const fn word(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::KeyDeleted => "key_deleted",
        }
    }

    pub const fn sentence(self, words: &Words) -> &'static str {
        match self {
            Self::SignedOut => words.notices.signed_out,
            Self::KeyDeleted => words.notices.key_deleted,
        }
    }
}

/// Sends the browser to a page of ours, which will say so.
pub fn see_other_with(address: &str, notice: Notice) -> Response {
    let mut response = see_other(address);
    set_cookie(&mut response, NOTICE_COOKIE, notice.word(), None);
    response
}

/// What the page that is asked for has to say.
pub fn waiting(request: &Request) -> Option<Notice> {
    let word = cookie(request.headers(), NOTICE_COOKIE).ok().flatten()?;
    Notice::ALL.into_iter().find(|notice| notice.word() == word.expose())
}

/// Once it has been said.
pub fn forget(response: &mut Response) {
    set_cookie(response, NOTICE_COOKIE, "", Some(0));
}
