//! `/account/keys`: the keys and tokens that act for the user, created and deleted on one page.
//!
//! Viewing and deleting need a session. Creating also needs recent authentication: otherwise anyone at an unlocked laptop
//! could create a credential that works for years.

use maud::{Markup, html};

use crate::domain::accounts::user::Role;
use crate::domain::error::Error;
use crate::domain::tokens::api_token::{Creator, KeySection, TokenKind};
use crate::flows::authentication::authenticate;
use crate::flows::context::RequestContext;
use crate::flows::tokens::{self, CreatedToken, Maker, TokenOwner};
use crate::ports::Platform;
use crate::store::tokens::Overview;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::account::key_form::{self, Typed};
use crate::web::pages::account::key_list::{self, KeyList};
use crate::web::pages::layout::csrf_form::CsrfForm;
use crate::web::pages::layout::flash::Notice;
use crate::web::pages::layout::page_context::recoverable;
use crate::web::pages::layout::post_auth_redirect::by_way_of;
use crate::web::pages::layout::signed_in::{NavItem, SignedInPage};

const PAGE: &str = "/account/keys";

pub async fn show(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let page = SignedInPage::load(ctx, request).await?;
    respond(&page, &Typed::default(), None).await
}

/// Creates a key and shows it. Recoverable errors are shown above the form, which keeps the entered values.
pub async fn make(
    ctx: &RequestContext<'_, impl Platform>,
    request: &Request,
    kind: TokenKind,
) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    let page = SignedInPage::load(ctx, request).await?;
    let maker = Maker::person(ctx, page.signed_in.clone())?;
    let typed = Typed { kind: Some(kind), name: form.optional("name").trim(), life: form.optional("life") };
    let made = match key_form::requested(ctx, kind, &typed) {
        Ok(requested) => form.outcome(ctx, tokens::create(ctx, &maker, &requested).await).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(made) => Ok(show_new(&page, kind, &made)),
        Err(error) => respond(&page, &typed, Some(&recoverable(error)?)).await,
    }
}

/// Deletes one of the user's keys, and those created with it. A session is enough: nothing may delay a user who has lost a
/// key.
pub async fn delete(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    let page = SignedInPage::load(ctx, request).await?;
    let kind = TokenKind::parse(form.text("kind")?).ok_or(Error::InvalidRequest(Some("kind")))?;
    let (owner, id) = (TokenOwner::person(page.signed_in.clone()), form.text("id")?.parse().ok());
    form.outcome(ctx, tokens::delete_own(ctx, &owner, id, kind).await).await?;
    Ok(page.redirect_with_flash(PAGE, Notice::KeyDeleted))
}

async fn respond(
    page: &SignedInPage<'_, impl Platform>,
    typed: &Typed<'_>,
    error: Option<&Error>,
) -> Result<Response, Error> {
    let (words, owner) = (page.words, TokenOwner::person(page.signed_in.clone()));
    let all = tokens::list_all(page.ctx, &owner).await?;
    let list = KeyList { page, owner: &owner };
    let proved = authenticate::check_recent_authentication(page.ctx, &page.signed_in).is_ok();
    let section = |section: &KeySection| {
        let listed: Vec<&Overview> =
            all.iter().filter(|one| one.kind.spec().section.creates == section.creates).collect();
        let words = section.texts(words);
        html! {
            section {
                h2 { (words.title) }
                p { (words.about) }
                @if listed.is_empty() { p class="quiet" { (words.none) } } @else { (key_list::list(&list, &listed)) }
                @if proved { (key_form::form(page, section, typed)) }
            }
        }
    };
    let is_admin = page.signed_in.user.role == Role::Admin;
    let offered = |kind: &&TokenKind| kind.spec().section.creates == **kind;
    let allowed = |kind: &&TokenKind| is_admin || matches!(kind.spec().creator, Creator::User);
    let sections = TokenKind::ALL.iter().filter(offered).filter(allowed).map(|kind| kind.spec().section);
    let content = html! {
        @if !proved { (prove_first(page)) }
        @for part in sections { (section(part)) }
    };
    Ok(page.respond(NavItem::Keys, words.keys.title, error, &content))
}

fn prove_first(page: &SignedInPage<'_, impl Platform>) -> Markup {
    let words = &page.words.keys;
    html! {
        p { (words.confirm) }
        p { a class="button second" href=(by_way_of("/account/confirm", PAGE)) { (words.confirm_link) } }
    }
}

/// The page of a new key. Only this page shows it in full, except that the list shows a recent API key in full too.
fn show_new(page: &SignedInPage<'_, impl Platform>, kind: TokenKind, made: &CreatedToken) -> Response {
    let (layout, words, spec, now) = (&page.words.layout, &page.words.keys, kind.spec(), page.ctx.now);
    let section = spec.section.texts(page.words);
    let advice = match (spec.mask.is_some(), page.ctx.settings.api_tokens.reveal) {
        (true, Some(_)) => words.shown_a_while,
        (true, None) => words.shown_always,
        (false, _) => words.shown_once,
    };
    let content = html! {
        section {
            p { (advice) }
            p class="row" { code class="value" data-copy=(layout.copy) { (made.value) } }
            p { (words.header) br; code { (section.header) } }
            p class="quiet" { (key_list::life(words, made.created_at, Some(made.expires_at), now)) }
        }
        p { a href=(PAGE) { (words.done) } }
    };
    page.respond(NavItem::Keys, section.new, None, &content)
}
