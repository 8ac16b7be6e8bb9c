//! The kinds of providers: their public addresses and what each does in its own way. Sources: the vendors' documentation.

/// A vendor, or any OpenID provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderKind {
    Google,
    Microsoft,
    Apple,
    GitHub,
    GitLab,
    Discord,
    Oidc,
}

/// The endpoints of a provider that has OAuth 2.0 alone, and no metadata.
pub struct OAuthEndpoints {
    pub authorization: &'static str,
    pub token: &'static str,
    pub user: &'static str,
}

impl ProviderKind {
    pub const ALL: [Self; 7] =
        [Self::Google, Self::Microsoft, Self::Apple, Self::GitHub, Self::GitLab, Self::Discord, Self::Oidc];

    /// As `AUTH_PROVIDERS` spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Microsoft => "microsoft",
            Self::Apple => "apple",
            Self::GitHub => "github",
            Self::GitLab => "gitlab",
            Self::Discord => "discord",
            Self::Oidc => "oidc",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// The vendor's name; empty for a provider that the operator has to name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Google => "Google",
            Self::Microsoft => "Microsoft",
            Self::Apple => "Apple",
            Self::GitHub => "GitHub",
            Self::GitLab => "GitLab",
            Self::Discord => "Discord",
            Self::Oidc => "",
        }
    }

    /// The vendor's issuer. GitHub and Discord have none: theirs only keeps their numbers apart from others'. Entra's is that of its
    /// tenant.
    pub const fn issuer(self) -> &'static str {
        match self {
            Self::Google => "https://accounts.google.com",
            Self::Microsoft => "https://login.microsoftonline.com",
            Self::Apple => "https://appleid.apple.com",
            Self::GitHub => "https://github.com",
            Self::GitLab => "https://gitlab.com",
            Self::Discord => "https://discord.com",
            Self::Oidc => "",
        }
    }

    pub const fn scopes(self) -> &'static str {
        match self {
            Self::Google | Self::Microsoft | Self::GitLab | Self::Oidc => "openid email profile",
            Self::Apple => "name email",
            Self::GitHub => "read:user user:email",
            Self::Discord => "identify email",
        }
    }

    /// `None`: it has ID tokens and metadata.
    pub const fn oauth(self) -> Option<OAuthEndpoints> {
        match self {
            Self::GitHub => Some(OAuthEndpoints {
                authorization: "https://github.com/login/oauth/authorize",
                token: "https://github.com/login/oauth/access_token",
                user: "https://api.github.com/user",
            }),
            Self::Discord => Some(OAuthEndpoints {
                authorization: "https://discord.com/oauth2/authorize",
                token: "https://discord.com/api/oauth2/token",
                user: "https://discord.com/api/users/@me",
            }),
            Self::Google | Self::Microsoft | Self::Apple | Self::GitLab | Self::Oidc => None,
        }
    }

    /// Whether it can be asked to let the user sign in again, and says when they did (`prompt`, `max_age` and `auth_time` of OpenID
    /// Connect Core §3.1.2.1, §2).
    pub const fn reauthenticates(self) -> bool {
        matches!(self, Self::Microsoft | Self::GitLab | Self::Oidc)
    }

    /// Apple answers with a form if it is asked for a name or an address.
    pub const fn answers_by_form(self) -> bool {
        matches!(self, Self::Apple)
    }
}
