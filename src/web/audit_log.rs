//! `/api/admin/audit`: the log, for administrators.

use http::StatusCode;
use serde::Serialize;
use serde_json::Value as Json;

use crate::domain::error::Error;
use crate::domain::timestamp::Timestamp;
use crate::flows::directory;
use crate::flows::visit::Visit;
use crate::ports::Platform;
use crate::store::audit::{Position, Search};
use crate::web::admin::look;
use crate::web::export::item;
use crate::web::request::{Request, optional_parameter};
use crate::web::response::{self, Response};

#[derive(Serialize)]
struct List {
    entries: Vec<Json>,
    /// The `cursor` of the next page; `null` on the last.
    next: Option<String>,
}

pub async fn show(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let admin = look(visit, request).await?;
    let moment = |text: String| Timestamp::parse(&text);
    let search = Search {
        user: optional_parameter(request, "user", |text| text.parse().ok())?,
        act: optional_parameter(request, "act", Some)?,
        outcome: optional_parameter(request, "outcome", Some)?,
        address: optional_parameter(request, "address", Some)?,
        from: optional_parameter(request, "from", moment)?,
        until: optional_parameter(request, "until", moment)?,
    };
    let behind = optional_parameter(request, "cursor", read)?;
    let page = directory::log(visit, &admin, &search, behind).await?;
    let entries = page.items.iter().map(item).collect();
    Ok(response::json(StatusCode::OK, &List { entries, next: page.next.map(spell) }))
}

/// `1780000000123-45`.
fn spell(Position { at, id }: Position) -> String {
    format!("{}-{id}", at.millis())
}

fn read(text: String) -> Option<Position> {
    let (at, id) = text.split_once('-')?;
    Some(Position { at: Timestamp::from_millis(at.parse().ok()?), id: id.parse().ok()? })
}
