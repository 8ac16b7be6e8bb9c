//! Tells clients that their sessions have ended (OpenID Connect Back-Channel Logout 1.0). The notices are written with the end of a
//! session, whatever ended it; here they are claimed, delivered, and tried again or given up.

use http::header::CONTENT_TYPE;
use http::{Method, StatusCode};

use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::log::LogLine;
use crate::domain::oauth::id_token::JwtType;
use crate::domain::oauth::logout_token::LogoutTokenClaims;
use crate::domain::oauth::redirect_uri::RedirectUri;
use crate::domain::policy;
use crate::domain::sessions::session::Session;
use crate::domain::settings::settings::Settings;
use crate::domain::timestamp::Timestamp;
use crate::flows::oauth::{id_tokens, tokens};
use crate::ports::{Bounds, Platform, Statement};
use crate::store::logout_notices::{self, Claimed};

/// Tries to deliver one notice: claims it, sends it, records the outcome. Of several concurrent attempts one sends.
pub async fn deliver(platform: &impl Platform, settings: &Settings, session: Id<Session>) -> Result<(), Fault> {
    let now = platform.now();
    let lease = now + policy::LOGOUT_NOTICE_LEASE;
    let Some(notice) = logout_notices::claim(platform, session, now, lease).await? else {
        return Ok(());
    };
    let outcome = match &notice.uri {
        Some(uri) => attempt(platform, settings, &notice, uri).await,
        None => Outcome::Refused("the client has no address for it any more".to_owned()),
    };
    let now = platform.now();
    let report = match outcome {
        Outcome::Accepted => logout_notices::sent(&notice, now),
        Outcome::Later(error) => match next_attempt(&notice, now) {
            Some(next_at) => logout_notices::postponed(&notice, next_at, &error),
            None => give_up(platform, &notice, now, &error),
        },
        Outcome::Refused(error) => give_up(platform, &notice, now, &error),
    };
    platform.batch(vec![report]).await.map(|_| ())
}

fn give_up(platform: &impl Platform, notice: &Claimed, now: Timestamp, error: &str) -> Statement {
    let Claimed { client, session, attempt, .. } = notice;
    let given_up = format!("{client} is not told that session {session} has ended, after {attempt} attempts: {error}");
    platform.write(&LogLine::fault("logout notice", given_up));
    logout_notices::given_up(notice, now, error)
}

/// The outcome of an attempt.
enum Outcome {
    Accepted,
    /// It may be accepted another time.
    Later(String),
    /// It would be refused again.
    Refused(String),
}

/// One attempt. A network or internal fault is a reason to try again.
async fn attempt(platform: &impl Platform, settings: &Settings, notice: &Claimed, uri: &RedirectUri) -> Outcome {
    let sent = async {
        let request = request(platform, settings, notice, uri).await?;
        let bounds = Bounds { timeout: policy::LOGOUT_NOTICE_TIMEOUT, body_limit: policy::LOGOUT_NOTICE_ANSWER_LIMIT };
        platform.fetch(request, bounds).await
    };
    let answer = match sent.await {
        Ok(answer) => answer,
        Err(fault) => return Outcome::Later(fault.to_string()),
    };
    let error = format!("the client answered {}", answer.status().as_u16());
    match answer.status() {
        // §2.8 wants 200, and some frameworks answer 204 without a body.
        status if status.is_success() => Outcome::Accepted,
        status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => Outcome::Later(error),
        // A redirect is not followed: only the registered address may get the token.
        _ => Outcome::Refused(error),
    }
}

/// §2.5.
async fn request(
    platform: &impl Platform,
    settings: &Settings,
    notice: &Claimed,
    uri: &RedirectUri,
) -> Result<http::Request<Vec<u8>>, Fault> {
    let (now, issuer) = (platform.now(), &settings.issuer.issuer);
    let claims = LogoutTokenClaims::new(issuer, &notice.client, notice.user, notice.session, platform.bytes()?, now);
    let algorithm = tokens::algorithm(settings, notice.algorithm);
    let token = id_tokens::sign_as(platform, settings, JwtType::LogoutToken, algorithm, &claims, now).await?;
    let body = form_urlencoded::Serializer::new(String::new()).append_pair("logout_token", &token).finish();
    http::Request::builder()
        .method(Method::POST)
        .uri(uri.as_str())
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body.into_bytes())
        .map_err(|e| Fault::new("logout notice", e))
}

/// When to try again; `None` after the last attempt.
fn next_attempt(notice: &Claimed, now: Timestamp) -> Option<Timestamp> {
    let made = usize::try_from(notice.attempt).unwrap_or(usize::MAX);
    policy::LOGOUT_NOTICE_BACKOFF.get(made.saturating_sub(1)).map(|wait| now + *wait)
}

/// Cron: delivers the notices that are due, as many as fit into a run. A failure is logged and does not hold up the others.
pub async fn deliver_due(platform: &impl Platform, settings: &Settings) -> Result<(), Fault> {
    let began = platform.now();
    for due in logout_notices::due(platform, began, policy::CRON_STEP).await? {
        if platform.now().since(began) >= policy::LOGOUT_NOTICES_RUN {
            break;
        }
        let done = match due {
            Ok(session) => deliver(platform, settings, session).await,
            Err(fault) => Err(fault),
        };
        platform.failure("logout notice", done);
    }
    Ok(())
}
