//! Client data (WebAuthn L3 §5.8.1): what the browser says about a ceremony. The authenticator signs its hash.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::domain::passkeys::refusal::Refusal;
use crate::domain::passkeys::relying_party::RelyingParty;

/// The two ceremonies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ceremony {
    Create,
    Get,
}

impl Ceremony {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "webauthn.create",
            Self::Get => "webauthn.get",
        }
    }
}

/// Members that are not here are ignored, as §5.8.1 requires; one of these that is there twice is refused.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    #[serde(rename = "type")]
    ceremony: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: Option<bool>,
    #[serde(default)]
    top_origin: Option<IgnoredAny>,
}

/// Judges the client data of a ceremony in the order of §7.1 and §7.2. `challenge` judges the bytes of its challenge, and what it
/// says about them is the result.
pub fn judge<T>(
    json: &[u8],
    ceremony: Ceremony,
    rp: &RelyingParty,
    challenge: impl FnOnce(&[u8]) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    // As a text, because a parser of bytes does not look at the encoding of what it ignores.
    let json = str::from_utf8(json).map_err(|_| Refusal::ClientData)?;
    let data: ClientData = serde_json::from_str(json).map_err(|_| Refusal::ClientData)?;
    if data.ceremony != ceremony.as_str() {
        return Err(Refusal::Ceremony);
    }
    let bytes = URL_SAFE_NO_PAD.decode(&data.challenge).map_err(|_| Refusal::Challenge)?;
    let judged = challenge(&bytes)?;
    if !rp.uses(&data.origin) {
        return Err(Refusal::Origin);
    }
    // Nobody is expected to frame these pages, so a frame is somebody's trick.
    if data.cross_origin == Some(true) || data.top_origin.is_some() {
        return Err(Refusal::CrossOrigin);
    }
    Ok(judged)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rp() -> RelyingParty {
        RelyingParty { id: "example.com".into(), origins: vec!["https://example.com".into()] }
    }

    fn judged(json: &str) -> Result<Vec<u8>, Refusal> {
        judge(json.as_bytes(), Ceremony::Get, &rp(), |bytes| Ok(bytes.to_vec()))
    }

    const GOOD: &str = r#"{"type":"webauthn.get","challenge":"AQID","origin":"https://example.com"}"#;

    /// [`GOOD`] with more members.
    fn with(members: &str) -> String {
        GOOD.replace('}', &format!(",{members}}}"))
    }

    #[test]
    fn what_browsers_add_changes_nothing() {
        assert_eq!(judged(GOOD), Ok(vec![1, 2, 3]));
        assert_eq!(judged(&with(r#""crossOrigin":false"#)), Ok(vec![1, 2, 3]));
        let hint = r#""other_keys_can_be_added_here":"do not compare clientDataJSON against a template","n":[{}]"#;
        assert_eq!(judged(&with(hint)), Ok(vec![1, 2, 3]));
    }

    #[test]
    fn client_data_of_another_page_or_ceremony_is_refused() {
        let swapped = |from, to| judged(&GOOD.replace(from, to));
        assert_eq!(swapped("webauthn.get", "webauthn.create"), Err(Refusal::Ceremony));
        assert_eq!(swapped("webauthn.get", "payment.get"), Err(Refusal::Ceremony));
        assert_eq!(swapped("https://example.com", "https://evil.example"), Err(Refusal::Origin));
        assert_eq!(swapped("https://example.com", "https://example.com.evil.example"), Err(Refusal::Origin));
        assert_eq!(judged(&with(r#""crossOrigin":true"#)), Err(Refusal::CrossOrigin));
        assert_eq!(judged(&with(r#""topOrigin":"https://example.com""#)), Err(Refusal::CrossOrigin));
    }

    #[test]
    fn a_challenge_has_one_spelling_and_its_judge_has_the_last_word() {
        for wrong in ["AQID=", "AQI+", "AQJ", "A", "AQI D"] {
            assert_eq!(judged(&GOOD.replace("AQID", wrong)), Err(Refusal::Challenge), "{wrong}");
        }
        let refused = judge(GOOD.as_bytes(), Ceremony::Get, &rp(), |_| Err::<(), _>(Refusal::ChallengeExpired));
        assert_eq!(refused, Err(Refusal::ChallengeExpired));
    }

    #[test]
    fn what_is_no_client_data_is_refused() {
        for wrong in [
            "",
            "null",
            "[]",
            "{}",
            r#"{"type":"webauthn.get","challenge":"AQID"}"#,
            r#"{"type":"webauthn.get","origin":"https://example.com"}"#,
            &with(r#""origin":"https://example.com""#),
            &with(r#""crossOrigin":"false""#),
            &with(r#""crossOrigin":true,"crossOrigin":false"#),
            &GOOD.replace("\"AQID\"", "7"),
            &format!("{GOOD} x"),
            &format!("\u{feff}{GOOD}"),
        ] {
            assert_eq!(judged(wrong), Err(Refusal::ClientData), "{wrong}");
        }
        let not_utf8 = [GOOD.trim_end_matches('}').as_bytes(), b",\"n\":\"\xff\"}"].concat();
        assert_eq!(judge(&not_utf8, Ceremony::Get, &rp(), |_| Ok(())), Err(Refusal::ClientData));
    }
}
