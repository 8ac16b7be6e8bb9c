//! `/api/admin/audit`: the audit log, for administrators.

use http::StatusCode;
use serde::Serialize;

use crate::domain::audit::Act;
use crate::domain::error::Error;
use crate::domain::timestamp::Timestamp;
use crate::flows::admin::queries;
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::store::audit::{Logged, Named, Position, Search};
use crate::web::api::admin_users::look;
use crate::web::http::request::{Request, optional_parameter};
use crate::web::http::response::{self, Response};

#[derive(Serialize)]
struct List {
    entries: Vec<Item>,
    /// The `cursor` of the next page; `null` on the last.
    next: Option<String>,
}

#[derive(Serialize)]
struct Item {
    id: i64,
    at: Timestamp,
    act: String,
    outcome: String,
    user: Option<String>,
    target: Option<String>,
    session: Option<String>,
    token: Option<String>,
    by_token: Option<String>,
    factor: Option<String>,
    identifier: Option<String>,
    client: Option<String>,
    address: String,
    agent: String,
    request_id: String,
    count: i64,
}

impl From<Logged> for Item {
    fn from(entry: Logged) -> Self {
        let id = |named: Named| named.id;
        Self {
            id: entry.position.id,
            at: entry.position.at,
            act: entry.act,
            outcome: entry.outcome,
            user: entry.user.map(id),
            target: entry.target.map(id),
            session: entry.session,
            token: entry.token,
            by_token: entry.by_token,
            factor: entry.factor,
            identifier: entry.identifier,
            client: entry.client,
            address: entry.address,
            agent: entry.agent,
            request_id: entry.request_id,
            count: entry.count,
        }
    }
}

pub async fn show(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let admin = look(ctx, request, Act::ViewLog).await?;
    let mut search = conditions(request, Timestamp::parse)?;
    search.user = optional_parameter(request, "user", |text| text.parse().ok())?;
    let page = queries::log(ctx, &admin, &search, position(request)?).await?;
    let entries = page.items.into_iter().map(Item::from).collect();
    Ok(response::json(StatusCode::OK, &List { entries, next: page.next.map(spell) }))
}

/// The filters. API and browsers write timestamps differently; the caller adds the user, whom each names in its own way.
pub fn conditions(request: &Request, moment: fn(&str) -> Option<Timestamp>) -> Result<Search, Error> {
    Ok(Search {
        user: None,
        act: optional_parameter(request, "act", Some)?,
        outcome: optional_parameter(request, "outcome", Some)?,
        client: optional_parameter(request, "client", Some)?,
        address: optional_parameter(request, "address", Some)?,
        from: optional_parameter(request, "from", |text| moment(&text))?,
        until: optional_parameter(request, "until", |text| moment(&text))?,
    })
}

/// The entry after which the page begins.
pub fn position(request: &Request) -> Result<Option<Position>, Error> {
    optional_parameter(request, "cursor", |text| {
        let (at, id) = text.split_once('-')?;
        Some(Position { at: Timestamp::from_millis(at.parse().ok()?), id: id.parse().ok()? })
    })
}

/// `1780000000123-45`.
pub fn spell(Position { at, id }: Position) -> String {
    format!("{}-{id}", at.millis())
}
