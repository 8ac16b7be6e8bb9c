//! `me/export`: all data stored about a user, as a file.

use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, HeaderValue};
use serde_json::{Map, Value as Json, json};

use crate::domain::accounts::user::User;
use crate::domain::error::Error;
use crate::domain::timestamp::Timestamp;
use crate::flows::accounts::export;
use crate::flows::authentication::authenticate;
use crate::flows::context::RequestContext;
use crate::ports::{Platform, Row, Value};
use crate::store::signed_in::SignedIn;
use crate::web::http::credential;
use crate::web::http::request::Request;
use crate::web::http::response::{self, Response};
use crate::words::language::Language;

pub async fn export(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let signed_in = authenticate::require_recent_session(ctx, &credential::of(ctx, request)?).await?;
    file(ctx, signed_in).await
}

/// Requires recent authentication.
pub async fn file(ctx: &RequestContext<'_, impl Platform>, signed_in: SignedIn) -> Result<Response, Error> {
    let parts = export::export(ctx, &signed_in).await?;
    let User { id, login, email, role, language, created_at, updated_at } = signed_in.user;
    let mut document = Map::new();
    document.insert("exported_at".into(), json!(ctx.now));
    document.insert(
        "user".into(),
        json!({
            "id": id, "login": login, "email": email, "role": role, "language": language.map(Language::tag),
            "created_at": created_at, "updated_at": updated_at
        }),
    );
    // The parts named here contain only their newest rows.
    document.insert("cut".into(), parts.iter().filter(|part| part.cut).map(|part| part.name).collect());
    for part in parts {
        document.insert(part.name.into(), part.rows.iter().map(item).collect());
    }
    let mut response = response::json(StatusCode::OK, &document);
    let attachment = HeaderValue::from_static(r#"attachment; filename="account.json""#);
    response.headers_mut().insert(CONTENT_DISPOSITION, attachment);
    Ok(response)
}

/// A row as it is stored. Columns with times are named `at` or `…_at`.
fn item(row: &Row) -> Json {
    let is_time = |name: &str| name == "at" || name.ends_with("_at");
    let member = |(name, value): (&str, &Value)| {
        let value = match value {
            Value::Null => Json::Null,
            Value::Integer(millis) if is_time(name) => json!(Timestamp::from_millis(*millis)),
            Value::Integer(number) => json!(number),
            Value::Text(text) => json!(text),
        };
        (name.to_owned(), value)
    };
    row.columns().map(member).collect()
}
