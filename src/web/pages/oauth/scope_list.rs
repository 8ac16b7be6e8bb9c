//! What scopes let an application do: our own in words, the operator's as they are called.

use maud::{Markup, html};

use crate::domain::oauth::scopes::{self, Scopes};
use crate::words::oauth::ScopeTexts;

pub fn scope_list(texts: &ScopeTexts, scopes: &Scopes) -> Markup {
    html! {
        ul {
            @for scope in scopes.iter() {
                li {
                    @match scope {
                        scopes::OPENID => (texts.openid),
                        scopes::PROFILE => (texts.profile),
                        scopes::EMAIL => (texts.email),
                        scopes::ROLE => (texts.role),
                        scopes::OFFLINE_ACCESS => (texts.offline_access),
                        other => code { (other) },
                    }
                }
            }
        }
    }
}
