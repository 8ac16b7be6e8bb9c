//! Verifies access tokens as docs/use/INTEGRATE.md describes it.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Validation, decode, decode_header};
use reqwest::Client;
use reqwest::redirect::Policy;
use serde::Deserialize;

use crate::claims::{Claims, Requirements};
use crate::keys::KeySet;
use crate::refusal::Refusal;

const NOT_OURS: &str = "not a token for this service";
const REVOKED: &str = "the token has been revoked";

/// `AUTH_SIGNING_ALG` of Gatehouse.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Algorithm {
    #[default]
    EdDsa,
    Es256,
}

/// How Gatehouse is asked whether a token was revoked.
#[derive(Debug, Clone, Default)]
pub enum Revocation {
    /// A token counts until it expires.
    #[default]
    None,
    /// `GET /api/auth/verify`: knows of the end of a session after KV's delay.
    Verify,
    /// `POST /oauth/introspect` (RFC 7662): knows of it at once. The credentials are a registered API's client id and secret, or
    /// `apikey` and an API key.
    Introspect { id: String, secret: String },
}

#[derive(Debug, Clone)]
pub struct Options {
    /// `AUTH_AUDIENCE`, or the identifier of your API. Without it, the issuer.
    pub audience: Option<String>,
    pub algorithm: Algorithm,
    /// Where Gatehouse is reached, if not at the issuer's own address.
    pub url: Option<String>,
    pub revocation: Revocation,
    pub keys_max_age: Duration,
    /// The address of your description of the resource (RFC 9728), for each challenge.
    pub resource_metadata: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            audience: None,
            algorithm: Algorithm::default(),
            url: None,
            revocation: Revocation::default(),
            keys_max_age: Duration::from_secs(300),
            resource_metadata: None,
        }
    }
}

/// Make one for each issuer, and keep it; a clone is the same one.
#[derive(Clone)]
pub struct Verifier(Arc<Inner>);

struct Inner {
    client: Client,
    keys: Arc<KeySet>,
    expected: Validation,
    url: String,
    revocation: Revocation,
    resource_metadata: Option<String>,
}

impl Verifier {
    /// `issuer` is `APP_BASE_URL` of Gatehouse.
    pub fn new(issuer: &str, options: Options) -> Result<Self, reqwest::Error> {
        let url = options.url.unwrap_or_else(|| issuer.to_owned());
        // Nobody else answers for Gatehouse: no redirects.
        let client = Client::builder().redirect(Policy::none()).timeout(Duration::from_secs(5));
        Ok(Self(Arc::new(Inner {
            client: client.user_agent("gatehouse-verify").build()?,
            keys: KeySet::at(format!("{url}/.well-known/jwks.json"), options.keys_max_age),
            expected: expected(issuer, options.audience.as_deref().unwrap_or(issuer), options.algorithm),
            url,
            revocation: options.revocation,
            resource_metadata: options.resource_metadata,
        })))
    }

    /// The claims for the value of an `Authorization` header.
    pub async fn authenticate(&self, header: Option<&str>, required: &Requirements) -> Result<Claims, Refusal> {
        let scheme = header.and_then(|header| header.split_once(' '));
        match scheme.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")) {
            Some((_, token)) => self.verify(token.trim_start_matches(' '), required).await,
            None => Err(self.described(Refusal::missing())),
        }
    }

    /// The claims of a token.
    pub async fn verify(&self, token: &str, required: &Requirements) -> Result<Claims, Refusal> {
        let verified = async {
            let claims = self.claims(token).await?;
            self.assert_alive(token).await?;
            required.check(&claims).map(|()| claims)
        };
        verified.await.map_err(|refusal| self.described(refusal))
    }

    async fn claims(&self, token: &str) -> Result<Claims, Refusal> {
        let not_ours = || Refusal::invalid(NOT_OURS);
        let kid = decode_header(token).ok().and_then(|header| header.kid).ok_or_else(not_ours)?;
        let key = self.0.keys.find(&self.0.client, &kid).await?.ok_or_else(not_ours)?;
        let token = decode::<Claims>(token, &key, &self.0.expected).map_err(|error| match error.kind() {
            ErrorKind::ExpiredSignature => Refusal::invalid("the token has expired"),
            _ => not_ours(),
        })?;
        let media_type = token.header.typ.unwrap_or_default().to_ascii_lowercase();
        let is_access_token = media_type.strip_prefix("application/").unwrap_or(&media_type) == "at+jwt";
        is_access_token.then_some(token.claims).ok_or_else(not_ours)
    }

    async fn assert_alive(&self, token: &str) -> Result<(), Refusal> {
        match &self.0.revocation {
            Revocation::None => Ok(()),
            Revocation::Verify => self.ask_verify(token).await,
            Revocation::Introspect { id, secret } => self.introspect(token, id, secret).await,
        }
    }

    async fn ask_verify(&self, token: &str) -> Result<(), Refusal> {
        let request = self.0.client.get(format!("{}/api/auth/verify", self.0.url)).bearer_auth(token);
        // With this header only `verify` answers, whatever is in front of Gatehouse.
        let answer = request.header("X-Gatehouse-Verify", "1").send().await.map_err(|_| Refusal::unavailable())?;
        match answer.status() {
            StatusCode::OK => Ok(()),
            StatusCode::UNAUTHORIZED => Err(Refusal::invalid(REVOKED)),
            _ => Err(Refusal::unavailable()),
        }
    }

    async fn introspect(&self, token: &str, id: &str, secret: &str) -> Result<(), Refusal> {
        #[derive(Deserialize)]
        struct State {
            active: bool,
        }
        let unavailable = |_| Refusal::unavailable();
        let request = self.0.client.post(format!("{}/oauth/introspect", self.0.url));
        let request = request.basic_auth(encoded(id), Some(encoded(secret))).form(&[("token", token)]);
        let answer = request.send().await.and_then(reqwest::Response::error_for_status).map_err(unavailable)?;
        let State { active } = answer.json().await.map_err(unavailable)?;
        if active { Ok(()) } else { Err(Refusal::invalid(REVOKED)) }
    }

    /// RFC 9728 §5.1: the challenge says where clients learn who issues tokens for this resource.
    fn described(&self, refusal: Refusal) -> Refusal {
        match &self.0.resource_metadata {
            Some(address) => refusal.with("resource_metadata", address),
            None => refusal,
        }
    }
}

fn expected(issuer: &str, audience: &str, algorithm: Algorithm) -> Validation {
    let mut expected = Validation::new(match algorithm {
        Algorithm::EdDsa => jsonwebtoken::Algorithm::EdDSA,
        Algorithm::Es256 => jsonwebtoken::Algorithm::ES256,
    });
    expected.set_issuer(&[issuer]);
    expected.set_audience(&[audience]);
    // The crate accepts a token without `iss` as one of every issuer, and one without `aud` as one for everybody.
    expected.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
    expected.validate_nbf = true;
    expected.leeway = 5;
    expected
}

/// RFC 6749 §2.3.1.
fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
