//! Conditions on the kind of a token, as its spec says; a test compares them. They are literals because indexes repeat them.

/// Ends when all sessions do.
macro_rules! is_sign_in {
    () => {
        "kind IN ('portal', 'portal_key')"
    };
}
pub(crate) use is_sign_in;

/// Stays valid when all sessions end.
macro_rules! is_key {
    () => {
        "kind IN ('api_key', 'private')"
    };
}
pub(crate) use is_key;

/// Accepted where only KV is read.
macro_rules! is_jwt {
    () => {
        "kind = 'private'"
    };
}
pub(crate) use is_jwt;

/// Counts for the limit on how many tokens are created in an hour.
macro_rules! counts_for_pace {
    () => {
        "kind <> 'portal'"
    };
}
pub(crate) use counts_for_pace;

#[cfg(test)]
mod tests {
    use crate::domain::tokens::api_token::{Creator, TokenFormat, TokenKind};
    use crate::store::users::believed_until;

    #[test]
    fn sql_says_of_each_kind_what_its_spec_says() {
        for kind in TokenKind::ALL {
            let (spec, word) = (kind.spec(), format!("'{}'", kind.as_str()));
            assert_eq!(is_sign_in!().contains(&word), spec.is_sign_in, "{word}");
            assert_eq!(is_key!().contains(&word), !spec.is_sign_in, "{word}");
            let is_jwt = matches!(spec.format, TokenFormat::Jwt);
            assert_eq!((is_jwt!().contains(&word), believed_until!().contains(&word)), (is_jwt, is_jwt), "{word}");
            assert_eq!(!counts_for_pace!().contains(&word), !matches!(spec.creator, Creator::Password), "{word}");
        }
    }
}
