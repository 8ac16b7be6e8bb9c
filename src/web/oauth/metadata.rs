//! The metadata of the provider: OpenID Connect Discovery 1.0 §3 and RFC 8414 §2, one document for both.

use http::StatusCode;
use serde::Serialize;

use crate::domain::oauth::claims;
use crate::domain::oauth::client::{AuthMethod, Grant};
use crate::domain::oauth::id_token::IdTokenAlgorithm;
use crate::domain::oauth::jwk_set;
use crate::domain::oauth::scopes;
use crate::domain::policy;
use crate::domain::sessions::auth_methods::AuthLevel;
use crate::domain::settings::settings::Settings;
use crate::flows::context::RequestContext;
use crate::flows::oauth::tokens;
use crate::web::http::response::{self, Response};

/// Values without elements are omitted (RFC 8414 §3.2).
#[derive(Serialize)]
struct Metadata {
    issuer: String,
    #[serde(flatten)]
    endpoints: Endpoints,
    #[serde(flatten)]
    authentication: ClientAuthentication,
    scopes_supported: [&'static str; 5],
    response_types_supported: [&'static str; 1],
    response_modes_supported: [&'static str; 2],
    grant_types_supported: [&'static str; 4],
    subject_types_supported: [&'static str; 1],
    id_token_signing_alg_values_supported: Vec<&'static str>,
    code_challenge_methods_supported: [&'static str; 1],
    claims_supported: Vec<&'static str>,
    acr_values_supported: [&'static str; 2],
    prompt_values_supported: [&'static str; 4],
    claims_parameter_supported: bool,
    request_parameter_supported: bool,
    request_uri_parameter_supported: bool,
    require_pushed_authorization_requests: bool,
    authorization_response_iss_parameter_supported: bool,
    /// draft-ietf-oauth-client-id-metadata-document §5.
    client_id_metadata_document_supported: bool,
    backchannel_logout_supported: bool,
    backchannel_logout_session_supported: bool,
}

#[derive(Serialize)]
struct Endpoints {
    authorization_endpoint: String,
    pushed_authorization_request_endpoint: String,
    device_authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: String,
    introspection_endpoint: String,
    revocation_endpoint: String,
    end_session_endpoint: String,
    jwks_uri: String,
    /// RFC 7591 §3.
    #[serde(skip_serializing_if = "Option::is_none")]
    registration_endpoint: Option<String>,
}

#[derive(Serialize)]
struct ClientAuthentication {
    token_endpoint_auth_methods_supported: [&'static str; 4],
    token_endpoint_auth_signing_alg_values_supported: [&'static str; 4],
    introspection_endpoint_auth_methods_supported: [&'static str; 4],
    introspection_endpoint_auth_signing_alg_values_supported: [&'static str; 4],
    revocation_endpoint_auth_methods_supported: [&'static str; 4],
    revocation_endpoint_auth_signing_alg_values_supported: [&'static str; 4],
}

pub fn show<P>(ctx: &RequestContext<'_, P>) -> Response {
    let mut response = response::json(StatusCode::OK, &of(ctx.settings));
    response::cache(&mut response, policy::JWKS_MAX_AGE);
    response
}

fn of(settings: &Settings) -> Metadata {
    let about_sign_in = ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash"];
    let algorithms = IdTokenAlgorithm::ALL.into_iter().filter(|algorithm| tokens::is_offered(settings, *algorithm));
    Metadata {
        issuer: settings.base_url.to_string(),
        endpoints: endpoints(settings),
        authentication: client_authentication(),
        scopes_supported: scopes::OWN,
        response_types_supported: ["code"],
        response_modes_supported: ["query", "form_post"],
        grant_types_supported: Grant::ALL.map(Grant::as_str),
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: algorithms.map(IdTokenAlgorithm::as_str).collect(),
        code_challenge_methods_supported: ["S256"],
        claims_supported: about_sign_in.into_iter().chain(claims::names()).collect(),
        acr_values_supported: [AuthLevel::Aal1.as_str(), AuthLevel::Aal2.as_str()],
        prompt_values_supported: ["none", "login", "consent", "select_account"],
        claims_parameter_supported: true,
        request_parameter_supported: false,
        request_uri_parameter_supported: false,
        require_pushed_authorization_requests: false,
        authorization_response_iss_parameter_supported: true,
        client_id_metadata_document_supported: settings.oauth.client_documents,
        backchannel_logout_supported: true,
        backchannel_logout_session_supported: true,
    }
}

fn endpoints(settings: &Settings) -> Endpoints {
    let at = |path: &str| format!("{}/{path}", settings.base_url);
    Endpoints {
        authorization_endpoint: at("oauth/authorize"),
        pushed_authorization_request_endpoint: at("oauth/par"),
        device_authorization_endpoint: at("oauth/device_authorization"),
        token_endpoint: at("oauth/token"),
        userinfo_endpoint: at("oauth/userinfo"),
        introspection_endpoint: at("oauth/introspect"),
        revocation_endpoint: at("oauth/revoke"),
        end_session_endpoint: at("oauth/logout"),
        jwks_uri: at(".well-known/jwks.json"),
        registration_endpoint: settings.oauth.open_registration.then(|| at("oauth/register")),
    }
}

fn client_authentication() -> ClientAuthentication {
    let [secrets, signatures] = [AuthMethod::Secret, AuthMethod::PrivateKeyJwt].map(AuthMethod::as_str);
    let methods = |other| [other, secrets, "client_secret_post", signatures];
    ClientAuthentication {
        token_endpoint_auth_methods_supported: methods("none"),
        token_endpoint_auth_signing_alg_values_supported: jwk_set::ALGORITHMS,
        introspection_endpoint_auth_methods_supported: methods("Bearer"),
        introspection_endpoint_auth_signing_alg_values_supported: jwk_set::ALGORITHMS,
        revocation_endpoint_auth_methods_supported: methods("none"),
        revocation_endpoint_auth_signing_alg_values_supported: jwk_set::ALGORITHMS,
    }
}
