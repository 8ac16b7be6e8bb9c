//! `/account/device/consent`: a user decides about a device whose code they have typed.

use maud::{Markup, html};

use crate::domain::devices::user_agent;
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::domain::oauth::authorization::Authorization;
use crate::domain::oauth::scopes::{self, Scopes};
use crate::flows::context::RequestContext;
use crate::flows::oauth::device_consent;
use crate::ports::Platform;
use crate::store::device_codes::AskingDevice;
use crate::web::http::request::{self, Request};
use crate::web::http::response::Response;
use crate::web::pages::account::device;
use crate::web::pages::layout::csrf_form::CsrfForm;
use crate::web::pages::layout::flash::Notice;
use crate::web::pages::layout::page_context::recoverable;
use crate::web::pages::layout::signed_in::{NavItem, SignedInPage};
use crate::web::pages::layout::time::time;
use crate::web::pages::oauth::scope_list::scope_list;

const PAGE: &str = "/account/device/consent";

/// The page for a device.
pub fn path(id: Id<Authorization>) -> String {
    format!("{PAGE}?id={id}")
}

/// What asks, from where, and for what. It is always asked, whatever the user has allowed before: the device is another one.
pub async fn show(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let page = SignedInPage::load(ctx, request).await?;
    let id = request::query_parameter(request, "id").ok().and_then(|id| id.parse().ok());
    let asking = match id {
        Some(id) => device_consent::asking(ctx, &page.signed_in, id).await.map(|asking| (id, asking)),
        None => Err(Error::InvalidCode),
    };
    match asking {
        Ok((id, asking)) => Ok(ask(&page, id, &asking)),
        Err(Error::InvalidCode) => Ok(device::ask(&page, None, Some(&Error::InvalidCode))),
        Err(error) => Err(error),
    }
}

pub async fn decide(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    let page = SignedInPage::load(ctx, request).await?;
    let id = form.text("id")?.parse().map_err(|_| Error::InvalidRequest(Some("id")))?;
    let (decided, notice) = match form.text("decision")? {
        "allow" => (device_consent::approve(ctx, &page.signed_in, id).await, Notice::DeviceApproved),
        "deny" => (device_consent::deny(ctx, &page.signed_in, id).await, Notice::DeviceDenied),
        _ => return Err(Error::InvalidRequest(Some("decision"))),
    };
    match form.outcome(ctx, decided).await {
        Ok(()) => Ok(page.redirect_with_flash("/account", notice)),
        // That page asks for the proof, and comes back.
        Err(Error::ReauthenticationRequired) => Ok(page.redirect(&path(id))),
        Err(error) => Ok(device::ask(&page, None, Some(&recoverable(error)?))),
    }
}

fn ask<P: Platform>(page: &SignedInPage<'_, P>, id: Id<Authorization>, asking: &AskingDevice) -> Response {
    let (own, words, user) = (&page.words.device, &page.words.consent, &page.signed_in.user);
    let decision = html! {
        input type="hidden" name="id" value=(id);
        div class="row" {
            button type="submit" name="decision" value="allow" { (own.approve) }
            button type="submit" name="decision" value="deny" class="second" { (words.deny) }
        }
    };
    let content = html! {
        p { (words.signed_in_as) " " strong { bdi { (user.login) } } " (" bdi { (user.email) } ")" }
        section {
            p { strong { (own.yours) } }
            (description(page, asking))
            p { (words.may) }
            (scope_list(&words.scopes, &granted(asking)))
            @if let Some(resource) = &asking.resource { p { (words.at) " " bdi { (resource) } } }
            (page.form(PAGE, &decision))
        }
        p class="quiet" { (words.registered) " " (time(asking.registered_at)) ". " (words.remove_later) }
    };
    page.respond(NavItem::Applications, &(own.consent_title)(&asking.client_name), None, &content)
}

/// The device, as far as its request tells.
fn description<P: Platform>(page: &SignedInPage<'_, P>, asking: &AskingDevice) -> Markup {
    let words = &page.words.device;
    let origin: Vec<_> = [&asking.place, &asking.address].into_iter().filter(|part| !part.is_empty()).collect();
    html! {
        dl {
            dt { (words.program) }
            dd { bdi { (user_agent::describe(&asking.agent, &page.words.devices)) } }
            @if !origin.is_empty() {
                dt { (words.place) }
                dd { @for (turn, part) in origin.iter().enumerate() { @if turn > 0 { " · " } bdi { (part) } } }
            }
            dt { (words.asked_at) }
            dd { (time(asking.created_at)) }
        }
    }
}

/// A device keeps its access, whether or not it has asked for that by name.
fn granted(asking: &AskingDevice) -> Scopes {
    let kept = if asking.keeps_access { scopes::OFFLINE_ACCESS } else { "" };
    asking.scopes.and(&Scopes::parse(kept).unwrap_or_default())
}
