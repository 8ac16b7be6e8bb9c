//! `/account/security/passkeys`: the passkeys and security keys of the account; adds, renames and removes them.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use maud::{Markup, html};
use serde_json::json;

use crate::domain::error::Error;
use crate::domain::passkeys::creation::Creation;
use crate::domain::passkeys::key_name::KeyName;
use crate::domain::policy;
use crate::domain::sessions::second_factors::KeyKind;
use crate::flows::accounts::change_password;
use crate::flows::accounts::factors::{self, Overview};
use crate::flows::accounts::passkeys::{self, Addition};
use crate::flows::authentication::authenticate;
use crate::flows::context::RequestContext;
use crate::flows::sign_in::assertions;
use crate::ports::Platform;
use crate::store::passkeys::Overview as Key;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::account::security::{self, usage};
use crate::web::pages::layout::csrf_form::CsrfForm;
use crate::web::pages::layout::flash::Notice;
use crate::web::pages::layout::page_context::{PasskeyCeremony, recoverable};
use crate::web::pages::layout::passkey_form;
use crate::web::pages::layout::signed_in::{NavItem, SignedInPage};

const PAGE: &str = "/account/security/passkeys";

pub async fn show(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    assertions::relying_party(ctx)?;
    list(&SignedInPage::load_recent(ctx, request).await?, None).await
}

/// Adds the key that the script has had made.
pub async fn add(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let (form, page) = read(ctx, request).await?;
    let mediation = Some(form.optional("mediation")).filter(|mediation| !mediation.is_empty());
    let creation = Creation::parse(Some(form.text("kind")?), mediation)?;
    let done = match passkey_form::registration(&form) {
        Ok(response) => {
            passkeys::add(ctx, &page.signed_in, &Addition { creation, response, name: None }).await.map(drop)
        }
        Err(error) => Err(error),
    };
    after(&page, form.outcome(ctx, done).await, Notice::PasskeyAdded).await
}

pub async fn rename(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let (form, page) = read(ctx, request).await?;
    let done = match KeyName::parse(form.text("name")?) {
        Some(name) => passkeys::rename(ctx, &page.signed_in, form.text("id")?, &name).await,
        None => Err(Error::InvalidRequest(Some("name"))),
    };
    after(&page, form.outcome(ctx, done).await, Notice::PasskeyRenamed).await
}

pub async fn remove(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let (form, page) = read(ctx, request).await?;
    let done = passkeys::remove(ctx, &page.signed_in, form.text("id")?).await;
    after(&page, form.outcome(ctx, done).await, Notice::PasskeyRemoved).await
}

/// Removes the password. If it is gone already, the page shows that.
pub async fn remove_password(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let (form, page) = read(ctx, request).await?;
    match form.outcome(ctx, change_password::remove(ctx, &page.signed_in).await).await {
        Ok(()) => Ok(page.redirect_with_flash(security::PAGE, Notice::PasswordRemoved)),
        Err(Error::NotFound) => Ok(page.redirect(security::PAGE)),
        Err(error) => Err(error),
    }
}

async fn read<'a, P: Platform>(
    ctx: &'a RequestContext<'a, P>,
    request: &'a Request,
) -> Result<(CsrfForm, SignedInPage<'a, P>), Error> {
    assertions::relying_party(ctx)?;
    let form = CsrfForm::read(ctx, request)?;
    Ok((form, SignedInPage::load_recent(ctx, request).await?))
}

/// If the key is gone already, the page shows that.
async fn after<P: Platform>(
    page: &SignedInPage<'_, P>,
    done: Result<(), Error>,
    notice: Notice,
) -> Result<Response, Error> {
    match done {
        Ok(()) => Ok(page.redirect_with_flash(PAGE, notice)),
        Err(Error::NotFound) => Ok(page.redirect(PAGE)),
        Err(error) => list(page, Some(&recoverable(error)?)).await,
    }
}

async fn list<P: Platform>(page: &SignedInPage<'_, P>, error: Option<&Error>) -> Result<Response, Error> {
    let words = &page.words.passkeys;
    let all = factors::overview(page.ctx, page.signed_in.user.id).await?;
    let content = html! {
        (accepted(page, &all.keys)?)
        section {
            h2 { (page.words.security.keys) }
            @if all.keys.is_empty() {
                p class="quiet" { (page.words.security.no_keys) }
            } @else {
                ul class="items" { @for key in &all.keys { (item(page, key)) } }
            }
        }
        section {
            p class="quiet" data-without-passkeys { (words.needs_script) }
            p { (words.about_passkeys) }
            (new(page, &all, KeyKind::Passkey, words.add_passkey)?)
            p { (words.about_security_keys) }
            @if all.has_second_step() || all.codes_left.is_some() {
                (new(page, &all, KeyKind::SecurityKey, words.add_security_key)?)
            } @else {
                p { a href="/account/security/codes" { (words.codes_first) } }
            }
        }
        p { a href=(security::PAGE) { (page.words.layout.back) } }
    };
    Ok(page.respond(NavItem::Security, words.title, error, &content))
}

/// What the script tells authenticators: every key that the account has. They may delete all others for good, so this list comes
/// from the primary database and is never cut: a key that a replica does not show yet would be lost.
fn accepted<P: Platform>(page: &SignedInPage<'_, P>, keys: &[Key]) -> Result<Markup, Error> {
    let ids: Vec<_> = keys.iter().map(|key| key.id.as_str()).collect();
    let user = URL_SAFE_NO_PAD.encode(page.signed_in.user.id.bytes());
    let rp = assertions::relying_party(page.ctx)?;
    let signal = json!({ "rpId": rp.id, "userId": user, "allAcceptedCredentialIds": ids });
    Ok(html! { div hidden data-accepted-passkeys=(signal) {} })
}

fn new<P: Platform>(page: &SignedInPage<'_, P>, all: &Overview, kind: KeyKind, button: &str) -> Result<Markup, Error> {
    let options = passkeys::options(page.ctx, &page.signed_in, Creation::Requested(kind), &all.keys)?;
    let ceremony = PasskeyCeremony { kind: "create", options: &options, renew_from: Some(PAGE), button };
    Ok(page.passkey_form(PAGE, &ceremony, &html! { input type="hidden" name="kind" value=(kind.as_str()); }))
}

/// Where a browser may create the first passkey without asking: a form that its script sends and nobody sees.
pub fn offer<P: Platform>(page: &SignedInPage<'_, P>) -> Result<Markup, Error> {
    let (ctx, signed_in) = (page.ctx, &page.signed_in);
    let enabled = assertions::relying_party(ctx).is_ok();
    let recent = authenticate::check_recent_authentication(ctx, signed_in).is_ok();
    if !(enabled && recent && passkeys::may_be_created_unasked(signed_in)) {
        return Ok(html! {});
    }
    let options = passkeys::options(ctx, signed_in, Creation::Conditional, &[])?;
    Ok(page.unseen_passkey_form(
        PAGE,
        &options,
        &html! {
            input type="hidden" name="kind" value=(KeyKind::Passkey.as_str());
            input type="hidden" name="mediation" value="conditional";
        },
    ))
}

fn item<P: Platform>(page: &SignedInPage<'_, P>, key: &Key) -> Markup {
    let (words, security) = (&page.words.passkeys, &page.words.security);
    let field = format!("name-{}", key.id);
    html! {
        li {
            div {
                p {
                    strong { bdi { (key.name) } } " "
                    span class="mark" {
                        @match key.kind {
                            KeyKind::Passkey => (security.passkey),
                            KeyKind::SecurityKey => (security.security_key),
                        }
                    }
                }
                p class="quiet" { @if key.backup_eligible { (words.synced) } @else { (words.one_device) } }
                p class="quiet" { (usage(security, key.created_at, key.last_used_at)) }
                details {
                    summary { (words.rename) " …" }
                    (page.form("/account/security/passkeys/rename", &html! {
                        input type="hidden" name="id" value=(key.id);
                        label for=(field) { (words.name) }
                        input id=(field) name="name" value=(key.name) maxlength=(policy::PASSKEY_NAME_MAX_CHARS) required
                              autocomplete="off";
                        p { button type="submit" { (words.rename) } }
                    }))
                }
                details {
                    summary { (words.remove) " …" }
                    p class="quiet" { (words.what_removing_does) }
                    (page.form("/account/security/passkeys/remove", &html! {
                        input type="hidden" name="id" value=(key.id);
                        p { button type="submit" class="danger" { (words.remove) } }
                    }))
                }
            }
        }
    }
}
