//! Every variable of the environment, parsed and bounded once per isolate. What is wrong is named, all of it at once.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::accounts::email_address::EmailAddress;
use crate::domain::accounts::registration::RegistrationPolicy;
use crate::domain::base_url::{Address, BaseUrl};
use crate::domain::credentials::breach_check::{self, BreachCheck, FailurePolicy};
use crate::domain::crypto::algorithm::Algorithm;
use crate::domain::crypto::keyring::{AppKey, Keyring};
use crate::domain::crypto::signing::SigningKeys;
use crate::domain::crypto::token_issuer::TokenIssuer;
use crate::domain::env_reader::{EnvReader, Problem, short};
use crate::domain::error::Fault;
use crate::domain::mail::message::EmailSource;
use crate::domain::mail::message_templates::Templates;
use crate::domain::mail::provider::Provider;
use crate::domain::origin::Origin;
use crate::domain::policy;
use crate::domain::sessions::lifetimes::Lifetimes;
use crate::domain::sessions::redirect_target::AllowedRedirect;
use crate::domain::sessions::session::Session;
use crate::domain::sessions::token_pair::TokenPair;
use crate::domain::settings::api_tokens::TokenSettings;
use crate::domain::settings::branding::Branding;
use crate::domain::settings::email_otp::EmailOtpSettings;
use crate::domain::settings::mail;
use crate::domain::settings::sessions::SessionSettings;

/// The house's settings, valid as a whole.
pub struct Settings {
    pub app_name: String,
    pub look: Branding,
    /// Origin of every link and `iss` of every token.
    pub base_url: BaseUrl,
    pub environment: Environment,
    pub envelope: ResponseStyle,
    pub keys: Arc<Keyring>,
    pub issuer: TokenIssuer,
    pub lifetimes: Lifetimes,
    /// Of sessions that browsers keep in a cookie of ours.
    pub browser_lifetimes: Lifetimes,
    /// How long a spent refresh token still gets its successor.
    pub refresh_grace: Duration,
    /// Where a sign-in in the browser may lead besides here.
    pub redirect_uris: Vec<AllowedRedirect>,
    /// Origins whose scripts may call, with credentials.
    pub cors_origins: Vec<Origin>,
    /// `None` where `AUTH_OTP_ENABLED` is off.
    pub codes: Option<EmailOtpSettings>,
    pub admission: RegistrationPolicy,
    pub tokens: TokenSettings,
    /// Whether addresses are limited (`domain::rate_limit`). Accounts always are.
    pub limits_address: bool,
    /// Whether what only looks may be answered from a replica of D1 (`flows::authentication::replica_reads`).
    pub read_replicas: bool,
    /// How long the audit log is kept.
    pub audit_retention: Duration,
    pub password_min_chars: usize,
    /// `None` asks nobody.
    pub breach_check: Option<BreachCheck>,
    /// `None` keeps letters in the outbox, to be read at `/dev/mail`.
    pub mail_provider: Option<Provider>,
    pub wordings: Templates,
}

/// How dialect S is spoken: `AUTH_RESPONSE_ENVELOPE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseStyle {
    Plain,
    /// As the FastSchema SDK reads and writes it.
    FastSchema,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    Production,
    /// Opens `/dev/mail` on a loopback address. Never set in `wrangler.toml`.
    Development,
}

impl Settings {
    /// From a look-up of variables and secrets by name. `Err` has every problem, never empty.
    pub fn parse(lookup: &dyn Fn(&str) -> Option<String>) -> Result<Self, Vec<Problem>> {
        let mut read = EnvReader::new(lookup);
        let parsed = Self::read(&mut read);
        // A part that is missing has left its problem behind; a problem in a part that is there counts as well.
        parsed.filter(|_| read.problems.is_empty()).ok_or(read.problems)
    }

    /// Reads everything before it gives up on anything, so that every problem is found at once.
    fn read(read: &mut EnvReader<'_>) -> Option<Self> {
        let environment = environment(read);
        let envelope = envelope(read);
        let base_url = base_url(read, environment);
        let keys = keyring(read);
        let algorithm = algorithm(read);
        let sessions = SessionSettings::read(read);
        let cors_origins = read.parsed("AUTH_CORS_ORIGINS", Some(Vec::new()), Origin::parse_list);
        let redirect_uris = redirect_uris(read);
        let codes = EmailOtpSettings::read(read);
        let admission = read.parsed("AUTH_REGISTRATION", Some(RegistrationPolicy::Open), RegistrationPolicy::parse);
        let tokens = TokenSettings::read(read);
        let limits_address = limits_address(read, environment);
        let read_replicas = read.word("AUTH_READ_REPLICAS", false, &[("on", true), ("off", false)]);
        let audit_retention = audit_retention(read);
        let password_min_chars = password_min_chars(read);
        let breach_check = breach_check(read);
        let mail_provider = mail::provider(read);
        let wordings = Templates::read(read);
        let app_name = read.parsed("APP_NAME", Some("Gatehouse".into()), short(policy::NAME_MAX_CHARS));
        let look = Branding::read(read);
        let own_url = base_url.as_ref().map(BaseUrl::to_string).unwrap_or_default();
        let audience = read.parsed("AUTH_AUDIENCE", Some(own_url.clone()), short(policy::AUDIENCE_MAX_CHARS));
        let keys = Arc::new(keys?);
        let SessionSettings { lifetimes, browser_lifetimes, refresh_grace } = sessions?;
        Some(Self {
            app_name: app_name?,
            look: look?,
            base_url: base_url?,
            environment: environment?,
            envelope: envelope?,
            issuer: TokenIssuer {
                issuer: own_url,
                audience: audience?,
                signing: SigningKeys::new(algorithm?, keys.clone()),
                keys: keys.clone(),
            },
            keys,
            lifetimes,
            browser_lifetimes,
            refresh_grace,
            redirect_uris: redirect_uris?,
            cors_origins: cors_origins?,
            codes: codes?,
            admission: admission?,
            tokens: tokens?,
            limits_address: limits_address?,
            read_replicas: read_replicas?,
            audit_retention: audit_retention?,
            password_min_chars: password_min_chars?,
            breach_check: breach_check?,
            mail_provider: mail_provider?,
            wordings: wordings?,
        })
    }

    /// The tokens of a session, as a sign-in or a refresh answers with them.
    pub fn tokens(&self, session: &Session) -> Result<TokenPair, Fault> {
        TokenPair::of(session, &self.issuer, self.lifetimes.refresh.is_some())
    }

    /// What emails are made with.
    pub fn email_source(&self) -> EmailSource<'_> {
        EmailSource { app_name: &self.app_name, base_url: &self.base_url, keys: &self.keys, templates: &self.wordings }
    }

    /// Whether a letter to an address can leave the house.
    pub fn reaches(&self, email: &EmailAddress) -> bool {
        let speaks_smtputf8 = self.mail_provider.as_ref().is_none_or(|provider| provider.service.speaks_smtputf8());
        speaks_smtputf8 || email.has_ascii_local_part()
    }

    /// Whether letters may be read at `/dev/mail`: on somebody's own machine, and only if they said so.
    pub fn shows_letters(&self) -> bool {
        self.environment == Environment::Development && self.base_url.is_loopback()
    }
}

fn environment(read: &mut EnvReader<'_>) -> Option<Environment> {
    let words = [("production", Environment::Production), ("development", Environment::Development)];
    read.word("ENVIRONMENT", Environment::Production, &words)
}

/// Off is for load tests, which come from one address; outside development it changes nothing.
fn limits_address(read: &mut EnvReader<'_>, environment: Option<Environment>) -> Option<bool> {
    let wanted = read.word("AUTH_LIMITS_ADDRESS", true, &[("on", true), ("off", false)])?;
    Some(wanted || environment != Some(Environment::Development))
}

fn envelope(read: &mut EnvReader<'_>) -> Option<ResponseStyle> {
    let words = [("plain", ResponseStyle::Plain), ("fastschema", ResponseStyle::FastSchema)];
    read.word("AUTH_RESPONSE_ENVELOPE", ResponseStyle::Plain, &words)
}

fn base_url(read: &mut EnvReader<'_>, environment: Option<Environment>) -> Option<BaseUrl> {
    let default = (environment == Some(Environment::Development)).then(BaseUrl::local);
    read.parsed("APP_BASE_URL", default, str::parse)
}

fn keyring(read: &mut EnvReader<'_>) -> Option<Keyring> {
    let current = read.parsed("APP_KEY", None, AppKey::parse);
    let previous = read.parsed("APP_KEY_PREVIOUS", Some(Vec::new()), |list| {
        list.split(',').map(|key| AppKey::parse(key.trim())).collect()
    });
    Some(Keyring::new(current?, previous?))
}

fn algorithm(read: &mut EnvReader<'_>) -> Option<Algorithm> {
    let words = [Algorithm::EdDsa, Algorithm::Es256].map(|algorithm| (algorithm.as_str(), algorithm));
    read.word("AUTH_SIGNING_ALG", Algorithm::EdDsa, &words)
}

fn redirect_uris(read: &mut EnvReader<'_>) -> Option<Vec<AllowedRedirect>> {
    let parse = |list: &str| list.split(',').map(|uri| AllowedRedirect::parse(uri.trim())).collect();
    read.parsed("AUTH_REDIRECT_URIS", Some(Vec::new()), parse)
}

fn audit_retention(read: &mut EnvReader<'_>) -> Option<Duration> {
    let bounds = 1..=policy::AUDIT_RETENTION_DAYS_MAX;
    read.number("AUDIT_RETENTION_DAYS", policy::AUDIT_RETENTION_DAYS, bounds).map(policy::days)
}

/// At most as many characters as fit whatever they are: UTF-8 takes up to four bytes for one.
fn password_min_chars(read: &mut EnvReader<'_>) -> Option<usize> {
    let bounds = policy::PASSWORD_MIN_CHARS..=policy::PASSWORD_MAX_BYTES / 4;
    read.number("AUTH_PASSWORD_MIN_LENGTH", policy::PASSWORD_MIN_CHARS, bounds)
}

/// The check; inside, `None` for `off`.
fn breach_check(read: &mut EnvReader<'_>) -> Option<Option<BreachCheck>> {
    let words = [("off", None), ("open", Some(FailurePolicy::Open)), ("closed", Some(FailurePolicy::Closed))];
    let Some(when_down) = read.word("AUTH_BREACH_CHECK", None, &words)? else {
        return Some(None);
    };
    let api_url = read.parsed("AUTH_BREACH_API_URL", Some(breach_check::DEFAULT_API_URL.to_owned()), |text| {
        Address::parse(text).map(|address| address.to_string())
    });
    Some(Some(BreachCheck { api_url: api_url?, when_down }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: [(&str, &str); 2] =
        [("APP_KEY", "0123456789abcdef0123456789abcdef"), ("APP_BASE_URL", "https://auth.example.com/")];

    fn parse(extra: &[(&str, &str)]) -> Result<Settings, Vec<Problem>> {
        let lookup = |name: &str| {
            let all = extra.iter().chain(&GOOD);
            all.clone().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        Settings::parse(&lookup)
    }

    fn problems(extra: &[(&str, &str)]) -> Vec<&'static str> {
        parse(extra).err().unwrap_or_default().iter().map(|problem| problem.variable).collect()
    }

    #[test]
    fn the_defaults_are_fastschemas() {
        let settings = parse(&[]).ok().unwrap();
        assert_eq!(settings.lifetimes.access.as_secs(), 604_800);
        assert_eq!(settings.lifetimes.refresh, None);
        let settings = parse(&[("AUTH_ENABLE_REFRESH_TOKEN", "true")]).ok().unwrap();
        assert_eq!(settings.lifetimes.access.as_secs(), 900);
        assert_eq!(settings.lifetimes.refresh.unwrap().as_secs(), 604_800);
        assert_eq!(settings.lifetimes.session.as_secs(), 2_592_000);
        assert_eq!(settings.refresh_grace.as_secs(), 10);
        assert_eq!(settings.issuer.audience, "https://auth.example.com");
        assert_eq!((settings.environment, settings.envelope), (Environment::Production, ResponseStyle::Plain));
        assert!(!settings.shows_letters());
    }

    #[test]
    fn every_wrong_variable_is_named_at_once() {
        assert_eq!(Settings::parse(&|_| None).err().unwrap().len(), 2);
        let wrong = [
            ("APP_KEY", "short"),
            ("APP_KEY_PREVIOUS", "short,too"),
            ("APP_BASE_URL", "http://auth.example.com"),
            ("AUTH_SIGNING_ALG", "none"),
            ("AUTH_ENABLE_REFRESH_TOKEN", "maybe"),
            ("AUTH_ACCESS_TOKEN_LIFETIME", "2592001"),
            ("AUTH_REFRESH_TOKEN_LIFETIME", "-1"),
            ("AUTH_SESSION_LIFETIME", "59"),
            ("AUTH_REFRESH_GRACE", "61"),
            ("AUTH_PASSWORD_MIN_LENGTH", "7"),
            ("AUTH_READ_REPLICAS", "yes"),
            ("AUTH_BREACH_CHECK", "on"),
            ("ENVIRONMENT", "staging"),
            ("AUTH_RESPONSE_ENVELOPE", "FastSchema"),
            ("MAIL_PROVIDER", "pigeon"),
            ("APP_NAME", "Gate\r\nBcc: x@y.com"),
            ("AUTH_AUDIENCE", &"a".repeat(257)),
        ];
        let mut found = problems(&wrong);
        let mut expected: Vec<_> = wrong.iter().map(|(name, _)| *name).collect();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_problem_does_not_repeat_the_value() {
        for problem in parse(&[("APP_KEY", "hunter2hunter2")]).err().unwrap() {
            assert!(!problem.to_string().contains("hunter2"));
        }
    }

    #[test]
    fn letters_are_shown_on_a_loopback_address_in_development_only() {
        let at = |url, environment| parse(&[("APP_BASE_URL", url), ("ENVIRONMENT", environment)]).ok().unwrap();
        assert!(at("http://localhost:8787", "development").shows_letters());
        assert!(!at("http://localhost:8787", "production").shows_letters());
        assert!(!at("https://auth.example.com", "development").shows_letters());
    }

    #[test]
    fn the_breach_check_is_off_until_its_operator_says_what_silence_means() {
        assert!(parse(&[]).ok().unwrap().breach_check.is_none());
        let check = parse(&[("AUTH_BREACH_CHECK", "open")]).ok().unwrap().breach_check.unwrap();
        assert_eq!((check.api_url.as_str(), check.when_down), (breach_check::DEFAULT_API_URL, FailurePolicy::Open));
        for wrong in ["http://breach.example.com", "https://h?x=1", "https://u:p@h"] {
            let set = [("AUTH_BREACH_CHECK", "closed"), ("AUTH_BREACH_API_URL", wrong)];
            assert_eq!(problems(&set), ["AUTH_BREACH_API_URL"], "{wrong}");
        }
    }
}
