//! Checks a response against `docs/openapi.json`: status, media type, headers, error code, and every member of a JSON body, with
//! none missing and none undescribed.

use std::sync::LazyLock;

use gatehouse::domain::accounts::user::User;
use gatehouse::domain::id::Id;
use gatehouse::domain::settings::settings::ResponseStyle;
use gatehouse::domain::timestamp::Timestamp;
use gatehouse::web::http::request;
use gatehouse::web::router;
use http::Method;
use serde_json::{Map, Value};

use crate::app::Reply;

pub const TEXT: &str = include_str!("../../docs/openapi.json");

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(TEXT).unwrap());

/// A part by its JSON pointer.
pub fn part(pointer: &str) -> &'static Value {
    DOCUMENT.pointer(pointer).unwrap_or_else(|| panic!("the document has no {pointer}"))
}

/// The target of a reference; anything else unchanged.
pub fn resolved(value: &'static Value) -> &'static Value {
    match value["$ref"].as_str() {
        Some(reference) => part(reference.strip_prefix('#').expect("a reference leads elsewhere")),
        None => value,
    }
}

/// Method, path and description of every operation.
pub fn operations() -> Vec<(Method, &'static str, &'static Value)> {
    let of_path = |(path, item): (&'static String, &'static Value)| {
        let operations = members(item).iter();
        operations.map(|(method, operation)| (method.to_uppercase().parse().unwrap(), path.as_str(), operation))
    };
    members(part("/paths")).iter().flat_map(of_path).collect()
}

pub fn members(value: &'static Value) -> &'static Map<String, Value> {
    value.as_object().unwrap_or_else(|| panic!("{value} is no object"))
}

fn leads_to(path: &str, segments: &[&str]) -> bool {
    let own = request::segments(path);
    own.len() == segments.len() && own.iter().zip(segments).all(|(own, given)| own == given || own.starts_with('{'))
}

/// Fails on an undocumented response. In the SDK's envelope members have more names than the document says.
#[track_caller]
pub fn promises(method: &Method, path: &str, envelope: ResponseStyle, reply: &Reply) {
    let segments = request::segments(path);
    let Some((_, item)) = members(part("/paths")).iter().find(|(known, _)| leads_to(known, &segments)) else {
        return;
    };
    let status = reply.status.as_str();
    // A route that answers every method answers them as GET.
    let any = || router::find(method, &segments).ok().and_then(|_| item.get("get"));
    let operation = match method.as_str() {
        "OPTIONS" => return,
        name => item.get(name.to_lowercase()).or_else(any),
    };
    let Some(operation) = operation else {
        assert_eq!(status, "405", "{method} {path} is not documented");
        return;
    };
    let response = operation["responses"].get(status);
    let response =
        resolved(response.unwrap_or_else(|| panic!("{method} {path}: {status} is not documented: {}", reply.text())));
    let headers = response["headers"].as_object().into_iter().flatten();
    for (name, _) in headers.filter(|(_, header)| resolved(header)["required"] == true) {
        assert!(reply.headers.contains_key(name), "{method} {path}: {status} without {name}");
    }
    if method != Method::HEAD {
        judge(response, envelope, reply)
            .unwrap_or_else(|problem| panic!("{method} {path}: {status}: {problem}: {}", reply.text()));
    }
}

fn judge(response: &'static Value, envelope: ResponseStyle, reply: &Reply) -> Result<(), String> {
    let Some(content) = response["content"].as_object() else {
        return if reply.body.is_empty() { Ok(()) } else { Err("no body is documented".into()) };
    };
    let media_type = reply.header("content-type");
    let content = content.get(media_type).ok_or_else(|| format!("{media_type} is not documented"))?;
    if !media_type.ends_with("json") {
        return Ok(());
    }
    let body = reply.json();
    if let Some(word) = body["data"]["error"].as_str() {
        content["examples"].get(word).ok_or_else(|| format!("there is no example of {word}"))?;
    }
    if envelope == ResponseStyle::Plain { fits(&content["schema"], &body) } else { Ok(()) }
}

/// Whether a value matches a schema and has no undescribed member: an undocumented member may leak data. Lengths and patterns are
/// left to `schemathesis`.
pub fn fits(schema: &'static Value, value: &Value) -> Result<(), String> {
    let schema = resolved(schema);
    for (keyword, rule) in members(schema) {
        let well = match keyword.as_str() {
            "items" => value.as_array().into_iter().flatten().try_for_each(|item| fits(rule, item)).map(|()| true)?,
            "properties" | "additionalProperties" | "required" => have_members(schema, value).map(|()| true)?,
            "description" | "minLength" | "maxLength" | "minItems" | "maxItems" | "minimum" | "maximum" | "pattern" => {
                true
            }
            "type" => rule.as_array().map_or_else(|| is(rule, value), |types| types.iter().any(|one| is(one, value))),
            "const" => rule == value,
            "enum" => rule.as_array().unwrap().contains(value),
            "oneOf" => rule.as_array().unwrap().iter().filter(|one| fits(one, value).is_ok()).count() == 1,
            "format" => value.as_str().is_none_or(|text| has_format(rule.as_str().unwrap(), text)),
            _ => panic!("{keyword} is a keyword this cannot judge"),
        };
        if !well {
            return Err(format!("{value} is not {keyword} {rule}"));
        }
    }
    Ok(())
}

fn is(kind: &Value, value: &Value) -> bool {
    match kind.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("{other} is a type this cannot judge"),
    }
}

fn has_format(format: &str, text: &str) -> bool {
    match format {
        "date-time" => Timestamp::parse(text).is_some(),
        "uuid" => text.parse::<Id<User>>().is_ok(),
        "email" => text.contains('@'),
        other => panic!("{other} is a format this cannot judge"),
    }
}

fn have_members(schema: &'static Value, value: &Value) -> Result<(), String> {
    let Some(given) = value.as_object() else {
        return Ok(());
    };
    let required = schema["required"].as_array().into_iter().flatten();
    if let Some(missing) = required.filter_map(Value::as_str).find(|name| !given.contains_key(*name)) {
        return Err(format!("{missing} is missing"));
    }
    for (name, value) in given {
        let others = schema.get("additionalProperties");
        let described = schema["properties"].get(name).or(others).ok_or_else(|| format!("{name} is not documented"))?;
        fits(described, value).map_err(|problem| format!("{name}: {problem}"))?;
    }
    Ok(())
}
