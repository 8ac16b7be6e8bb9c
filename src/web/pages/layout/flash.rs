//! What has been done, said on the page that follows: RFC 9110 §15.4.4 sends the browser there, so that loading it again
//! does nothing twice.

use crate::flows::context::RequestContext;
use crate::web::http::credential::cookie;
use crate::web::http::request::Request;
use crate::web::http::response::{self, Response};
use crate::web::pages::layout::csrf_form::set_cookie;
use crate::words::catalogue::Words;

const NOTICE_COOKIE: &str = "__Host-notice";

/// A notice a line, and the field of `words::layout::Notices` that has its sentence; the cookie names it by that.
macro_rules! notices {
    ($($name:ident $word:ident;)*) => {
        /// One of our own sentences: its cookie can name it and say nothing else.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Notice { $($name),* }

        impl Notice {
            const ALL: &[Self] = &[$(Self::$name),*];

            const fn word(self) -> &'static str {
                match self { $(Self::$name => stringify!($word)),* }
            }

            pub const fn sentence(self, words: &Words) -> &'static str {
                match self { $(Self::$name => words.notices.$word),* }
            }
        }
    };
}

notices! {
    SignedOut signed_out;
    KeyDeleted key_deleted;
    PasswordChanged password_changed;
    LanguageChosen language_chosen;
    SessionEnded session_ended;
    OthersEnded others_ended;
    UserDisabled user_disabled;
    UserEnabled user_enabled;
    UserPromoted user_promoted;
    UserDemoted user_demoted;
    ResetStarted reset_started;
    AllSessionsEnded all_sessions_ended;
    Registered registered;
    Activated activated;
    RegistrationDeclined registration_declined;
    ActivationSent activation_sent;
    RecoverySent recovery_sent;
    PasswordSet password_set;
    AddressChanged address_changed;
    AddressRestored address_restored;
}

/// Sends the browser to a path of ours, which will say so.
pub fn lead_to<P>(ctx: &RequestContext<'_, P>, path: &str, notice: Notice) -> Response {
    let mut response = response::lead_to(ctx.settings, path);
    set_cookie(&mut response, NOTICE_COOKIE, notice.word(), None);
    response
}

/// What the page that is asked for has to say.
pub fn take(request: &Request) -> Option<Notice> {
    let word = cookie(request.headers(), NOTICE_COOKIE).ok().flatten()?;
    Notice::ALL.iter().copied().find(|notice| notice.word() == word.expose())
}

/// Once it has been said.
pub fn forget(response: &mut Response) {
    set_cookie(response, NOTICE_COOKIE, "", Some(0));
}
