//! What a client that nobody registered says about itself, and what it may do: as little as any stranger.

use crate::domain::oauth::client::{Api, AuthMethod, ClientMetadata, Grant};
use crate::domain::oauth::redirect_uri::RedirectUri;
use crate::domain::oauth::scopes::{self, Scopes};
use crate::domain::policy;

/// All that is taken from such a client. Its other members are neither fetched nor shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelfDescription {
    /// Not empty, on one line, and without characters that change how others are read.
    pub name: String,
    /// At least one.
    pub redirect_uris: Vec<RedirectUri>,
}

/// How such a client obtains tokens.
pub const GRANTS: [Grant; 2] = [Grant::AuthorizationCode, Grant::RefreshToken];

/// The scopes of this service's own that it may ask for: not `role`, which is for applications that an administrator knows.
const SCOPES: [&str; 4] = [scopes::OPENID, scopes::PROFILE, scopes::EMAIL, scopes::OFFLINE_ACCESS];

impl SelfDescription {
    /// It is public and uses PKCE, and beyond signing in it may use APIs that are open to every client.
    pub fn metadata(&self, api: Option<&Api>) -> ClientMetadata {
        let own = Scopes::parse(&SCOPES.join(" ")).unwrap_or_default();
        let open = api.filter(|api| api.open).map(|api| api.scopes.clone()).unwrap_or_default();
        ClientMetadata {
            name: self.name.clone(),
            auth_method: AuthMethod::None,
            jwks: None,
            redirect_uris: self.redirect_uris.clone(),
            post_logout_redirect_uris: Vec::new(),
            backchannel_logout_uri: None,
            grants: GRANTS.to_vec(),
            scopes: own.and(&open),
            api: None,
            first_party: false,
            requires_pkce: true,
            id_token_claims: false,
            id_token_algorithm: None,
        }
    }
}

/// Which of these scopes such a client may ask for: those of APIs, because each API decides, and some of this service's own.
pub fn permitted(asked: &Scopes) -> Scopes {
    asked.filter(|scope| !scopes::is_own(scope) || SCOPES.contains(&scope))
}

/// A name as it may be shown, or the fallback if nothing is left of it. Control and formatting characters are left out: they break
/// lines, reorder the text around them, or are not seen.
pub fn shown_name(text: Option<&str>, fallback: &str) -> String {
    let seen: String = text.unwrap_or_default().chars().map(|c| if is_unseen(c) { ' ' } else { c }).collect();
    let words = seen.split_whitespace().collect::<Vec<_>>().join(" ");
    let name: String = words.chars().take(policy::CLIENT_NAME_MAX_CHARS).collect();
    let name = name.trim_end();
    if name.is_empty() { fallback.to_owned() } else { name.to_owned() }
}

/// General categories Cc and Cf, fillers and variation selectors, as far as they are not of a single script.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::oauth::resource::Resource;

    #[test]
    fn a_name_is_one_line_of_what_can_be_seen() {
        let shown = |text: &str| shown_name(Some(text), "client.example");
        assert_eq!(shown("Claude Code"), "Claude Code");
        assert_eq!(shown("  a\n\tb  "), "a b");
        assert_eq!(shown("safe\u{202e}gpj.exe\u{2066}x\u{200b}"), "safe gpj.exe x");
        assert_eq!(shown("<b>Ключ</b> & \u{5d0}"), "<b>Ключ</b> & \u{5d0}");
        for nothing in ["", " ", "\0", "\u{200b}\u{feff}", "\u{3164}\u{2800}"] {
            assert_eq!(shown(nothing), "client.example");
        }
        assert_eq!(shown_name(None, "client.example"), "client.example");
        assert_eq!(shown(&"é".repeat(100)), "é".repeat(policy::CLIENT_NAME_MAX_CHARS));
    }

    #[test]
    fn a_stranger_is_public_and_uses_open_apis_alone() {
        let stranger = SelfDescription {
            name: "Tool".to_owned(),
            redirect_uris: vec![RedirectUri::parse("http://localhost/callback").unwrap()],
        };
        let api = |open| Api {
            resource: Resource::parse("https://mcp.example.com/mcp").unwrap(),
            scopes: Scopes::parse("files:read").unwrap(),
            open,
        };
        for (api, scopes) in [
            (None, "openid profile email offline_access"),
            (Some(api(false)), "openid profile email offline_access"),
            (Some(api(true)), "openid profile email offline_access files:read"),
        ] {
            let metadata = stranger.metadata(api.as_ref());
            assert_eq!(metadata.scopes.to_string(), scopes);
            assert_eq!(metadata.contradiction(), None);
            assert!(metadata.is_public() && metadata.requires_pkce && !metadata.first_party);
        }
    }
}
