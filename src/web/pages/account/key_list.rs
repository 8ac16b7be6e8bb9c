//! The lists of `/account/keys`.

use maud::{Markup, html};

use crate::domain::timestamp::Timestamp;
use crate::domain::tokens::api_token;
use crate::flows::tokens::{DisplayedKey, TokenOwner};
use crate::ports::Platform;
use crate::store::tokens::Overview;
use crate::web::pages::layout::signed_in::SignedInPage;
use crate::web::pages::layout::time::{self, time};
use crate::words::account::Keys;

/// The page that lists keys, and their owner.
pub struct KeyList<'a, P> {
    pub page: &'a SignedInPage<'a, P>,
    pub owner: &'a TokenOwner,
}

pub fn list(list: &KeyList<'_, impl Platform>, keys: &[&Overview]) -> Markup {
    html! { ul class="items" { @for key in keys { li { (item(list, key)) } } } }
}

fn item(list: &KeyList<'_, impl Platform>, key: &Overview) -> Markup {
    let (words, ctx) = (list.page.words, list.page.ctx);
    let shown = list.owner.show(ctx, key);
    let own_name = key.name.as_deref().filter(|name| !name.is_empty());
    let name = own_name.or(key.kind.texts(words).unnamed);
    let called = name.map_or_else(|| api_token::mask_api_key(key.id), str::to_owned);
    html! {
        div {
            @if let Some(name) = name { p { strong { bdi { (name) } } } }
            @if let Some(shown) = &shown { (value(shown, words.layout.copy)) }
            p class="quiet" {
                (usage(&words.keys, key, ctx.now))
            }
        }
        (deletion(list, key, &called))
    }
}

fn value(shown: &DisplayedKey, copy: &str) -> Markup {
    html! { p class="row" { code class="value" data-copy=[shown.in_full.then_some(copy)] { (shown.value) } } }
}

/// A key's lifetime, and its last use.
pub fn usage(words: &Keys, key: &Overview, now: Timestamp) -> Markup {
    html! {
        (life(words, key.created_at, key.expires_at, now)) " · "
        @match key.last_used_at {
            Some(used) => { (words.used) " " (time(used)) },
            None => (words.unused),
        }
    }
}

/// When something was created, and when it expires or expired.
pub fn life(words: &Keys, made_at: Timestamp, expires_at: Option<Timestamp>, now: Timestamp) -> Markup {
    html! {
        (words.created) " " (time(made_at)) " · "
        @match expires_at {
            None => (words.until_deleted),
            Some(end) if end > now => { (words.valid_until) " " (time(end)) },
            Some(end) => { span class="mark" { (words.expired) } " " (words.was_valid_until) " " (time(end)) },
        }
    }
}

/// Hidden in a disclosure, because it cannot be undone.
fn deletion(list: &KeyList<'_, impl Platform>, key: &Overview, called: &str) -> Markup {
    let words = &list.page.words.keys;
    let label = (words.delete_this)(called, &time::in_words(key.created_at));
    let form = html! {
        input type="hidden" name="kind" value=(key.kind.as_str());
        input type="hidden" name="id" value=(key.id);
        button type="submit" class="danger small" aria-label=(label) { (words.delete) }
    };
    html! {
        details {
            summary aria-label=(label) { (words.delete) }
            p class="quiet" { (words.delete_warning) }
            (list.page.form("/account/keys/delete", &form))
        }
    }
}
