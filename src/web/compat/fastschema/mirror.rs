//! Responses in the SDK's envelope: `data` beside the other members, and `error`.

use serde_json::{Map, Value, json};

use crate::domain::error::Error;
use crate::domain::settings::settings::ResponseStyle;
use crate::web::http::error_response;
use crate::web::http::error_text;
use crate::web::http::response::Response;

/// An error as the SDK reads it.
pub fn wrap_error(envelope: ResponseStyle, response: Response, error: &Error) -> Response {
    if envelope == ResponseStyle::Plain {
        return response;
    }
    rewrite(response, |answer| {
        mirror(answer);
        answer.insert("error".into(), described(error));
    })
}

/// Edits a JSON object in a response; other bodies are left unchanged.
pub fn rewrite(mut response: Response, change: impl FnOnce(&mut Map<String, Value>)) -> Response {
    if let Ok(mut answer) = serde_json::from_slice(response.body()) {
        change(&mut answer);
        *response.body_mut() = Value::Object(answer).to_string().into_bytes();
    }
    response
}

/// Repeats every member under `data`, and keeps the originals.
pub fn mirror(answer: &mut Map<String, Value>) {
    let mut data = answer.clone();
    if let Some(Value::Object(already)) = data.remove("data") {
        data.extend(already);
    }
    answer.insert("data".into(), Value::Object(data));
}

/// `{"code", "message"}`. Applications get only the message, and most show it unchanged.
pub fn described(error: &Error) -> Value {
    json!({ "code": error_response::status(error).as_str(), "message": error_text::in_english(error) })
}
