//! Session settings: lifetimes, and the allowed redirect targets of a sign-in.

use std::time::Duration;

use crate::domain::credentials::mfa_token::Goal;
use crate::domain::env_reader::EnvReader;
use crate::domain::policy;
use crate::domain::sessions::lifetimes::Lifetimes;
use crate::domain::sessions::redirect_target::AllowedRedirect;

pub struct SessionSettings {
    /// For sessions of programs.
    pub lifetimes: Lifetimes,
    /// For browser sessions in our cookie. They have no refresh tokens, but their idle time is extended all the same.
    pub browser_lifetimes: Lifetimes,
    /// For sessions of clients. Whether one has refresh tokens is up to the client.
    pub client_lifetimes: Lifetimes,
    /// How long a spent refresh token still gets its successor.
    pub refresh_grace: Duration,
    /// Where a sign-in in the browser may redirect to, besides this service.
    pub redirect_uris: Vec<AllowedRedirect>,
}

impl SessionSettings {
    /// The lifetimes of the session that a sign-in begins.
    pub const fn lifetimes_of(&self, goal: Goal) -> &Lifetimes {
        match goal {
            Goal::Page => &self.browser_lifetimes,
            Goal::Api | Goal::Reauthentication(_) => &self.lifetimes,
        }
    }

    pub fn read(read: &mut EnvReader<'_>) -> Option<Self> {
        let refresh_on = read.flag("AUTH_ENABLE_REFRESH_TOKEN", false);
        let access_default =
            if refresh_on == Some(true) { policy::ACCESS_LIFETIME_WITH_REFRESH } else { policy::ACCESS_LIFETIME_ALONE };
        let access = read.seconds("AUTH_ACCESS_TOKEN_LIFETIME", access_default, policy::ACCESS_LIFETIME_MAX);
        let idle = read.seconds("AUTH_REFRESH_TOKEN_LIFETIME", policy::REFRESH_LIFETIME, policy::SESSION_LIFETIME_MAX);
        let session = read.seconds("AUTH_SESSION_LIFETIME", policy::SESSION_LIFETIME, policy::SESSION_LIFETIME_MAX);
        let grace = Duration::ZERO..=policy::REFRESH_GRACE_MAX;
        let refresh_grace = read.span("AUTH_REFRESH_GRACE", policy::REFRESH_GRACE, grace);
        let redirect_uris = redirect_uris(read);
        let (access, idle, session) = (access?, idle?, session?);
        Some(Self {
            lifetimes: Lifetimes { access, refresh: refresh_on?.then_some(idle), session },
            browser_lifetimes: Lifetimes { access: policy::LIFETIME_MIN, refresh: Some(idle), session },
            client_lifetimes: Lifetimes {
                access: access.min(policy::CLIENT_ACCESS_LIFETIME),
                refresh: Some(idle),
                session,
            },
            refresh_grace: refresh_grace?,
            redirect_uris: redirect_uris?,
        })
    }
}

fn redirect_uris(read: &mut EnvReader<'_>) -> Option<Vec<AllowedRedirect>> {
    let parse = |list: &str| list.split(',').map(|uri| AllowedRedirect::parse(uri.trim())).collect();
    read.parsed("AUTH_REDIRECT_URIS", Some(Vec::new()), parse)
}
