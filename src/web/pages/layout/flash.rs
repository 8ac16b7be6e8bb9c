//! Flash messages: an action redirects (RFC 9110 §15.4.4), so that reloading repeats nothing, and the next page says what was
//! done.

use crate::flows::context::RequestContext;
use crate::web::http::credential::cookie;
use crate::web::http::request::Request;
use crate::web::http::response::{self, Response};
use crate::web::pages::layout::csrf_form::set_cookie;
use crate::words::catalogue::Words;

const NOTICE_COOKIE: &str = "__Host-notice";

/// One notice per line, with the field of `words::layout::Notices` that has its text. The cookie contains that name.
macro_rules! notices {
    ($($name:ident $word:ident;)*) => {
        /// A fixed message: its cookie can select one of ours, but cannot contain text of its own.
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
    AccessRemoved access_removed;
    IdentityConnected identity_connected;
    IdentityDisconnected identity_disconnected;
    OthersEnded others_ended;
    UserDisabled user_disabled;
    UserEnabled user_enabled;
    UserPromoted user_promoted;
    UserDemoted user_demoted;
    ResetStarted reset_started;
    FactorsReset factors_reset;
    AllSessionsEnded all_sessions_ended;
    Registered registered;
    Activated activated;
    RegistrationDeclined registration_declined;
    ActivationSent activation_sent;
    RecoverySent recovery_sent;
    PasswordSet password_set;
    AddressChanged address_changed;
    AddressRestored address_restored;
    AppAdded app_added;
    AppRemoved app_removed;
    CodesRenewed codes_renewed;
    PasskeyAdded key_added;
    PasskeyRenamed key_renamed;
    PasskeyRemoved key_removed;
    PasswordRemoved password_removed;
    RecoveryCodeUsed recovery_code_used;
    BrowsersForgotten browsers_forgotten;
    FactorsUndone factors_undone;
    DeviceApproved device_approved;
    DeviceDenied device_denied;
    ClientCreated client_created;
    ClientChanged client_changed;
    ClientSecretEnded client_secret_ended;
    ClientDisabled client_disabled;
    ClientEnabled client_enabled;
    ClientDeleted client_deleted;
}

/// Redirects to a path of this service, which will show the notice.
pub fn redirect_to<P>(ctx: &RequestContext<'_, P>, path: &str, notice: Notice) -> Response {
    let mut response = response::redirect_to(ctx.settings, path);
    leave(&mut response, notice);
    response
}

/// Leaves a notice for the next page.
pub fn leave(response: &mut Response, notice: Notice) {
    set_cookie(response, NOTICE_COOKIE, notice.word(), None);
}

/// The notice that the requested page has to show.
pub fn take(request: &Request) -> Option<Notice> {
    let word = cookie(request.headers(), NOTICE_COOKIE).ok().flatten()?;
    Notice::ALL.iter().copied().find(|notice| notice.word() == word.expose())
}

/// Removes the notice after it was shown.
pub fn forget(response: &mut Response) {
    set_cookie(response, NOTICE_COOKIE, "", Some(0));
}
