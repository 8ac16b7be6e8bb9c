//! Pages on which a user allows an application to use their account.

pub struct Consent {
    /// Takes the application's name.
    pub title: fn(&str) -> String,
    pub signed_in_as: &'static str,
    pub other_account: &'static str,
    /// Before the list of what it may do.
    pub may: &'static str,
    /// Names the API that it may use.
    pub at: &'static str,
    pub scopes: ScopeTexts,
    /// Before the host that the user is sent to.
    pub sent_to: &'static str,
    /// If it is a program on the user's own device.
    pub sent_to_device: &'static str,
    /// If it is an app. Before its scheme.
    pub sent_to_app: &'static str,
    /// Before the time since which it is registered.
    pub registered: &'static str,
    /// Instead of that, of an application that describes itself. Before the host.
    pub describes_itself: &'static str,
    /// The same of one that has registered itself.
    pub registered_itself: &'static str,
    /// What follows from either.
    pub unchecked: &'static str,
    /// If either, or if anything on the device could have asked.
    pub beware: &'static str,
    pub allow: &'static str,
    pub deny: &'static str,
    pub remove_later: &'static str,
}

/// What a scope lets an application do, as the rest of a sentence.
pub struct ScopeTexts {
    pub openid: &'static str,
    pub profile: &'static str,
    pub email: &'static str,
    pub role: &'static str,
    pub offline_access: &'static str,
}

/// The pages on which a user signs in a device that shows a code.
pub struct DeviceSignIn {
    pub title: &'static str,
    pub what: &'static str,
    pub code: &'static str,
    /// What a code looks like.
    pub form: &'static str,
    /// If a link has filled in the code.
    pub compare: &'static str,
    pub warning: &'static str,
    pub go_on: &'static str,
    /// Takes the application's name.
    pub consent_title: fn(&str) -> String,
    /// The warning once a code has been entered.
    pub yours: &'static str,
    /// Labels of the device's program, its place, and the time of its request.
    pub program: &'static str,
    pub place: &'static str,
    pub asked_at: &'static str,
    pub approve: &'static str,
}

/// `/account/apps`.
pub struct Applications {
    pub title: &'static str,
    pub what_they_are: &'static str,
    pub none: &'static str,
    /// Followed by a time.
    pub since: &'static str,
    pub last_used: &'static str,
    pub remove: &'static str,
    pub what_ends: &'static str,
}

/// The page that carries an answer to an application.
pub struct FormPost {
    /// Takes the host.
    pub title: fn(&str) -> String,
    pub press: &'static str,
    pub go_on: &'static str,
}

/// `/oauth/logout`: the question whether to sign out, and the page afterwards.
pub struct Logout {
    pub title: &'static str,
    pub what_ends: &'static str,
    pub stay: &'static str,
    /// The title of the page afterwards.
    pub done: &'static str,
    pub sign_in: &'static str,
}
