//! The forms of `/account/keys`: their fields, and how they are interpreted.

use std::time::Duration;

use maud::{Markup, html};

use crate::domain::error::Error;
use crate::domain::policy;
use crate::domain::settings::settings::Settings;
use crate::domain::tokens::api_token::{self, KeyFields, KeySection, TokenKind};
use crate::flows::context::RequestContext;
use crate::flows::tokens::TokenRequest;
use crate::ports::Platform;
use crate::web::pages::layout::signed_in::SignedInPage;
use crate::web::pages::layout::time;

/// The entered values, to fill in the form again.
#[derive(Default)]
pub struct Typed<'a> {
    /// The form they were entered in.
    pub kind: Option<TokenKind>,
    pub name: &'a str,
    pub life: &'a str,
}

/// The option for the maximum lifetime. Every other option is one of the offered numbers of days.
const LONGEST: &str = "longest";

/// The token that the entered values request.
pub fn requested<'a, P>(
    ctx: &RequestContext<'_, P>,
    kind: TokenKind,
    typed: &Typed<'a>,
) -> Result<TokenRequest<'a>, Error> {
    let name_required = match kind.spec().section.fields {
        KeyFields::NameAndLife { name_required, .. } => name_required,
        KeyFields::Nothing(life) => return Ok(TokenRequest { kind, name: None, expires_at: ctx.now + life }),
    };
    let name = Some(typed.name).filter(|name| !name.is_empty());
    let named = name.map_or(!name_required, api_token::is_name);
    if !named {
        return Err(Error::InvalidRequest(Some("name")));
    }
    let life = life(ctx.settings, typed.life).ok_or(Error::InvalidRequest(Some("life")))?;
    Ok(TokenRequest { kind, name, expires_at: ctx.now + life })
}

fn life(settings: &Settings, chosen: &str) -> Option<Duration> {
    if chosen == LONGEST {
        return Some(settings.api_tokens.max_lifetime);
    }
    offered(settings).find(|days| days.to_string() == chosen).map(policy::days)
}

fn offered(settings: &Settings) -> impl Iterator<Item = u64> {
    let longest = settings.api_tokens.max_lifetime;
    policy::KEY_LIVES_OFFERED.into_iter().filter(move |days| policy::days(*days) < longest)
}

pub fn form(page: &SignedInPage<'_, impl Platform>, section: &KeySection, typed: &Typed<'_>) -> Markup {
    let (words, kind) = (&page.words.keys, section.creates);
    let untouched = Typed::default();
    let typed = if typed.kind == Some(kind) { typed } else { &untouched };
    let content = html! {
        @if let KeyFields::NameAndLife { label, name_required } = section.fields {
            @let (name, life) = (format!("name-{}", kind.as_str()), format!("life-{}", kind.as_str()));
            label for=(name) { (label(words)) }
            input id=(name) name="name" value=(typed.name) maxlength=(policy::KEY_NAME_MAX_CHARS) autocomplete="off"
                  required[name_required];
            label for=(life) { (words.life) }
            select id=(life) name="life" { (lives(page, typed.life)) }
        }
        p { button type="submit" { (section.texts(page.words).create) } }
    };
    page.form(section.path, &content)
}

fn lives(page: &SignedInPage<'_, impl Platform>, chosen: &str) -> Markup {
    let (words, ctx) = (&page.words.keys, page.ctx);
    let proposed = policy::KEY_LIFE_PROPOSED.to_string();
    let chosen = if chosen.is_empty() { proposed.as_str() } else { chosen };
    let end = time::in_words(ctx.now + ctx.settings.api_tokens.max_lifetime);
    html! {
        @for days in offered(ctx.settings) {
            option value=(days) selected[days.to_string() == chosen] { ((words.days)(days)) }
        }
        option value=(LONGEST) selected[chosen == LONGEST] { ((words.longest)(&end)) }
    }
}
