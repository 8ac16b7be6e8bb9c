//! Every environment variable, parsed and validated once per isolate. All problems are reported at once.

use std::sync::Arc;

use crate::domain::accounts::email_address::EmailAddress;
use crate::domain::base_url::BaseUrl;
use crate::domain::crypto::algorithm::Algorithm;
use crate::domain::crypto::keyring::{AppKey, Keyring};
use crate::domain::crypto::rsa_keys::{RsaKey, RsaKeys};
use crate::domain::crypto::signing::SigningKeys;
use crate::domain::crypto::token_issuer::TokenIssuer;
use crate::domain::env_reader::{EnvReader, Problem, short};
use crate::domain::identity_providers::provider::IdentityProvider;
use crate::domain::mail::sealed::EmailSource;
use crate::domain::oauth::presented_id::AcceptedIds;
use crate::domain::origin::Origin;
use crate::domain::policy;
use crate::domain::settings::accounts::AccountSettings;
use crate::domain::settings::api_tokens::TokenSettings;
use crate::domain::settings::branding::Branding;
use crate::domain::settings::email_otp::EmailOtpSettings;
use crate::domain::settings::environment::Environment;
use crate::domain::settings::identity_providers;
use crate::domain::settings::mail::MailSettings;
use crate::domain::settings::oauth::OAuthSettings;
use crate::domain::settings::operation::OperationSettings;
use crate::domain::settings::passkeys::PasskeySettings;
use crate::domain::settings::second_factors::SecondFactorSettings;
use crate::domain::settings::sessions::SessionSettings;

/// The service's settings, valid as a whole.
pub struct Settings {
    pub app_name: String,
    pub branding: Branding,
    /// Origin of every link and `iss` of every token.
    pub base_url: BaseUrl,
    pub environment: Environment,
    pub response_style: ResponseStyle,
    pub keys: Arc<Keyring>,
    pub issuer: TokenIssuer,
    pub sessions: SessionSettings,
    /// Origins whose scripts may call, with credentials.
    pub cors_origins: Vec<Origin>,
    /// `None` where `AUTH_OTP_ENABLED` is off.
    pub email_otp: Option<EmailOtpSettings>,
    pub second_factors: SecondFactorSettings,
    /// `None` where `AUTH_PASSKEYS` is off, or the service's host is an IP address.
    pub passkeys: Option<PasskeySettings>,
    pub accounts: AccountSettings,
    pub api_tokens: TokenSettings,
    pub oauth: OAuthSettings,
    /// In the operator's order.
    pub identity_providers: Vec<IdentityProvider>,
    pub operation: OperationSettings,
    pub mail: MailSettings,
}

/// The response format of the native API: `AUTH_RESPONSE_ENVELOPE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseStyle {
    Plain,
    /// As the FastSchema SDK reads and writes it.
    FastSchema,
}

impl Settings {
    /// Parses the variables and secrets that `lookup` returns by name. `Err` has every problem and is never empty.
    pub fn parse(lookup: &dyn Fn(&str) -> Option<String>) -> Result<Self, Vec<Problem>> {
        let mut read = EnvReader::new(lookup);
        let parsed = Self::read(&mut read);
        // A part that is missing has reported a problem; a problem in a complete part counts as well.
        parsed.filter(|_| read.problems.is_empty()).ok_or(read.problems)
    }

    pub fn identity_provider(&self, id: &str) -> Option<&IdentityProvider> {
        self.identity_providers.iter().find(|provider| provider.id == id)
    }

    /// `aud` of access tokens that are for `/oauth/userinfo` alone.
    pub fn userinfo_audience(&self) -> String {
        format!("{}/oauth/userinfo", self.base_url)
    }

    /// Whether our own routes take access tokens with this `aud`. All of them are about users.
    pub fn is_own_audience(&self, audience: &str) -> bool {
        audience == self.issuer.audience || audience == self.userinfo_audience()
    }

    /// Reads everything before it fails, so that every problem is found at once.
    fn read(read: &mut EnvReader<'_>) -> Option<Self> {
        let environment = Environment::read(read);
        let response_style = response_style(read);
        let base_url = base_url(read, environment);
        let keys = keyring(read);
        let algorithm = algorithm(read);
        let rsa = rsa_keys(read);
        let sessions = SessionSettings::read(read);
        let cors_origins = read.parsed("AUTH_CORS_ORIGINS", Some(Vec::new()), Origin::parse_list);
        let email_otp = EmailOtpSettings::read(read);
        let second_factors = SecondFactorSettings::read(read);
        let passkeys = PasskeySettings::read(read, base_url.as_ref());
        let accounts = AccountSettings::read(read);
        let api_tokens = TokenSettings::read(read);
        let oauth = OAuthSettings::read(read);
        let identity_providers = identity_providers::read(read);
        let operation = OperationSettings::read(read, environment);
        let mail = MailSettings::read(read);
        let app_name = read.parsed("APP_NAME", Some("Gatehouse".into()), short(policy::NAME_MAX_CHARS));
        let branding = Branding::read(read);
        let own_url = base_url.as_ref().map(BaseUrl::to_string).unwrap_or_default();
        let audience = read.parsed("AUTH_AUDIENCE", Some(own_url.clone()), short(policy::AUDIENCE_MAX_CHARS));
        let keys = Arc::new(keys?);
        Some(Self {
            app_name: app_name?,
            branding: branding?,
            base_url: base_url?,
            environment: environment?,
            response_style: response_style?,
            issuer: TokenIssuer {
                issuer: own_url,
                audience: audience?,
                signing: SigningKeys::new(algorithm?, &keys),
                rsa: rsa?,
                keys: keys.clone(),
            },
            keys,
            sessions: sessions?,
            cors_origins: cors_origins?,
            email_otp: email_otp?,
            second_factors: second_factors?,
            passkeys: passkeys?,
            accounts: accounts?,
            api_tokens: api_tokens?,
            oauth: oauth?,
            identity_providers: identity_providers?,
            operation: operation?,
            mail: mail?,
        })
    }

    /// The settings that emails need.
    pub fn email_source(&self) -> EmailSource<'_> {
        EmailSource {
            app_name: &self.app_name,
            base_url: &self.base_url,
            keys: &self.keys,
            templates: &self.mail.templates,
        }
    }

    /// The ids that clients may have.
    pub fn client_ids(&self) -> AcceptedIds<'_> {
        AcceptedIds {
            keys: &self.keys,
            own_host: self.base_url.host(),
            documents: self.oauth.client_documents,
            self_registrations: self.oauth.open_registration,
        }
    }

    /// Whether emails can be delivered to an address.
    pub fn reaches(&self, email: &EmailAddress) -> bool {
        let speaks_smtputf8 = self.mail.provider.as_ref().is_none_or(|provider| provider.service.speaks_smtputf8());
        speaks_smtputf8 || email.has_ascii_local_part()
    }

    /// Whether `/dev/mail` shows emails: on a loopback address, and only if `ENVIRONMENT` enables it.
    pub fn shows_emails(&self) -> bool {
        self.environment == Environment::Development && self.base_url.is_loopback()
    }
}

fn response_style(read: &mut EnvReader<'_>) -> Option<ResponseStyle> {
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

fn rsa_keys(read: &mut EnvReader<'_>) -> Option<RsaKeys> {
    let [signing, previous] = ["AUTH_RSA_KEY", "AUTH_RSA_KEY_PREVIOUS"]
        .map(|variable| read.parsed(variable, Some(None), |pem| RsaKey::parse(pem).map(Some)));
    Some(RsaKeys::new(signing?, previous?))
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
        assert_eq!(settings.sessions.lifetimes.access.as_secs(), 604_800);
        assert_eq!(settings.sessions.lifetimes.refresh, None);
        let settings = parse(&[("AUTH_ENABLE_REFRESH_TOKEN", "true")]).ok().unwrap();
        assert_eq!(settings.sessions.lifetimes.access.as_secs(), 900);
        assert_eq!(settings.sessions.lifetimes.refresh.unwrap().as_secs(), 604_800);
        assert_eq!(settings.sessions.lifetimes.session.as_secs(), 2_592_000);
        assert_eq!(settings.sessions.refresh_grace.as_secs(), 10);
        assert_eq!(settings.issuer.audience, "https://auth.example.com");
        assert_eq!((settings.environment, settings.response_style), (Environment::Production, ResponseStyle::Plain));
        assert!(!settings.shows_emails());
    }

    #[test]
    fn every_wrong_variable_is_named_at_once() {
        assert_eq!(Settings::parse(&|_| None).err().unwrap().len(), 2);
        let wrong = [
            ("APP_KEY", "short"),
            ("APP_KEY_PREVIOUS", "short,too"),
            ("APP_BASE_URL", "http://auth.example.com"),
            ("AUTH_SIGNING_ALG", "none"),
            ("AUTH_RSA_KEY", "-----BEGIN RSA PRIVATE KEY-----"),
            ("AUTH_RSA_KEY_PREVIOUS", "none"),
            ("AUTH_ENABLE_REFRESH_TOKEN", "maybe"),
            ("AUTH_ACCESS_TOKEN_LIFETIME", "2592001"),
            ("AUTH_REFRESH_TOKEN_LIFETIME", "-1"),
            ("AUTH_SESSION_LIFETIME", "59"),
            ("AUTH_REFRESH_GRACE", "61"),
            ("AUTH_MFA", "admin"),
            ("AUTH_MFA_REMEMBER_DAYS", "31"),
            ("AUTH_PASSWORD_MIN_LENGTH", "7"),
            ("AUTH_READ_REPLICAS", "yes"),
            ("AUTH_BREACH_CHECK", "on"),
            ("AUTH_CLIENT_ID_DOCUMENTS", "on"),
            ("AUTH_OPEN_REGISTRATION", "yes"),
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
    fn emails_are_shown_on_a_loopback_address_in_development_only() {
        let at = |url, environment| parse(&[("APP_BASE_URL", url), ("ENVIRONMENT", environment)]).ok().unwrap();
        assert!(at("http://localhost:8787", "development").shows_emails());
        assert!(!at("http://localhost:8787", "production").shows_emails());
        assert!(!at("https://auth.example.com", "development").shows_emails());
    }
}
