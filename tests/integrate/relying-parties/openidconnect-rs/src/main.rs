//! A relying party: writes the address at which its user signs in, reads the address that the user comes back to, and then uses
//! every endpoint once. `openidconnect-rs ISSUER CLIENT_ID REDIRECT_URI`, with the secret and the trusted certificate in the
//! environment.

use std::collections::HashMap;
use std::error::Error;
use std::{env, fs, io};

use openidconnect::core::{
    CoreAuthDisplay, CoreAuthenticationFlow, CoreClaimName, CoreClaimType, CoreClient, CoreClientAuthMethod,
    CoreGrantType, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode,
    CoreResponseType, CoreRevocableToken, CoreSubjectIdentifierType, CoreUserInfoClaims,
};
use openidconnect::reqwest::blocking::Client as Http;
use openidconnect::reqwest::redirect::Policy;
use openidconnect::reqwest::{Certificate, Url};
use openidconnect::{
    AccessTokenHash, AdditionalProviderMetadata, AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl,
    Nonce, OAuth2TokenResponse, PkceCodeChallenge, ProviderMetadata, RedirectUrl, RevocationUrl, Scope, TokenResponse,
};
use serde::{Deserialize, Serialize};

/// A member of RFC 8414, which the metadata of OpenID Connect Discovery lack.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Revocation {
    revocation_endpoint: RevocationUrl,
}

impl AdditionalProviderMetadata for Revocation {}

type Metadata = ProviderMetadata<
    Revocation,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

fn main() -> Result<(), Box<dyn Error>> {
    let [issuer, id, redirect_uri] =
        env::args().skip(1).collect::<Vec<_>>().try_into().map_err(|_| "three arguments")?;
    let trusted = Certificate::from_pem(&fs::read(env::var("SSL_CERT_FILE")?)?)?;
    let http = Http::builder().redirect(Policy::none()).add_root_certificate(trusted).build()?;

    let metadata = Metadata::discover(&IssuerUrl::new(issuer)?, &http)?;
    let revocation = metadata.additional_metadata().revocation_endpoint.clone();
    let secret = ClientSecret::new(env::var("CLIENT_SECRET")?);
    let client = CoreClient::from_provider_metadata(metadata, ClientId::new(id), Some(secret))
        .set_redirect_uri(RedirectUrl::new(redirect_uri)?)
        .set_revocation_url(revocation);

    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (way, state, nonce) = client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .add_scope(Scope::new("email".to_owned()))
        .set_pkce_challenge(challenge)
        .url();
    println!("{way}");

    let mut back = read_parameters()?;
    if back.remove("state").as_ref() != Some(state.secret()) {
        return Err("another state".into());
    }
    let code = AuthorizationCode::new(back.remove("code").ok_or("no code")?);
    let tokens = client.exchange_code(code)?.set_pkce_verifier(verifier).request(&http)?;

    let id_token = tokens.id_token().ok_or("no ID token")?;
    let id_verifier = client.id_token_verifier();
    let claims = id_token.claims(&id_verifier, &nonce)?;
    let (algorithm, key) = (id_token.signing_alg()?, id_token.signing_key(&id_verifier)?);
    let hash = AccessTokenHash::from_token(tokens.access_token(), algorithm, key)?;
    let user: CoreUserInfoClaims =
        client.user_info(tokens.access_token().clone(), Some(claims.subject().clone()))?.request(&http)?;

    let refresh_token = tokens.refresh_token().ok_or("no refresh token")?;
    let next = client.exchange_refresh_token(refresh_token)?.request(&http)?;
    let next_refresh_token = next.refresh_token().ok_or("no next refresh token")?;
    client.revoke_token(CoreRevocableToken::from(next_refresh_token))?.request(&http)?;
    let after = client.exchange_refresh_token(next_refresh_token)?.request(&http);

    let report = serde_json::json!({
        "algorithm": algorithm,
        "access_token_hash_matches": claims.access_token_hash() == Some(&hash),
        "subject": claims.subject(),
        "email": user.email(),
        "refreshed": next.access_token().secret() != tokens.access_token().secret(),
        "refreshed_after_revocation": after.is_ok(),
    });
    println!("{report}");
    Ok(())
}

/// The parameters of the address on the next line of the input.
fn read_parameters() -> Result<HashMap<String, String>, Box<dyn Error>> {
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    Ok(Url::parse(line.trim())?.query_pairs().into_owned().collect())
}
