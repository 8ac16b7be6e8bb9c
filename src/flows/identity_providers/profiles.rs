//! Users of the providers that have OAuth 2.0 alone. Their numbers never change; names and addresses do.

use serde_json::{Map, Value};

use crate::domain::accounts::email_address::EmailAddress;
use crate::domain::error::ProviderProblem;
use crate::domain::identity_providers::identity::{ClaimedEmail, Identity};
use crate::domain::identity_providers::kind::ProviderKind;
use crate::domain::identity_providers::provider::IdentityProvider;
use crate::flows::identity_providers::requests;
use crate::ports::Outbound;

/// The user of an access token: GitHub REST API, "Get the authenticated user" and "List email addresses for the authenticated user";
/// Discord, "User object".
pub async fn identity(
    platform: &impl Outbound,
    provider: &IdentityProvider,
    endpoint: &str,
    access: &str,
) -> Result<Identity, ProviderProblem> {
    let user = requests::members(&requests::get(platform, endpoint, Some(access)).await?)?;
    let is_github = provider.kind == ProviderKind::GitHub;
    let (subject, name) = match user.get("id") {
        Some(Value::Number(id)) if is_github => (id.to_string(), "login"),
        Some(Value::String(id)) if !is_github && !id.is_empty() => (id.clone(), "username"),
        _ => return Err(ProviderProblem::unacceptable("the user has no id")),
    };
    let email = if is_github { primary(platform, endpoint, access).await? } else { address(&user) };
    let name = user.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let claimed = |(email, verified): (String, bool)| {
        let address = EmailAddress::parse(&email).ok()?;
        Some(ClaimedEmail { proof: provider.proof_of(&address, verified, false), address })
    };
    Ok(Identity {
        issuer: provider.issuer.clone(),
        subject,
        email: email.and_then(claimed),
        name,
        mfa: false,
        auth_time: None,
        tokens: None,
    })
}

/// The address that GitHub writes to. Others may belong to anybody.
async fn primary(
    platform: &impl Outbound,
    endpoint: &str,
    access: &str,
) -> Result<Option<(String, bool)>, ProviderProblem> {
    let body = requests::get(platform, &format!("{endpoint}/emails"), Some(access)).await?;
    // A list, so it is read as the member of an object.
    let listed = requests::members(&[b"{\"emails\":", body.as_slice(), b"}"].concat())?;
    let listed = listed.get("emails").and_then(Value::as_array);
    let is = |email: &Map<String, Value>, what: &str| email.get(what) == Some(&Value::Bool(true));
    let mut emails = listed.into_iter().flatten().filter_map(Value::as_object);
    Ok(emails.find(|email| is(email, "primary") && is(email, "verified")).and_then(address))
}

fn address(members: &Map<String, Value>) -> Option<(String, bool)> {
    let email = members.get("email")?.as_str()?;
    Some((email.to_owned(), members.get("verified") == Some(&Value::Bool(true))))
}
