//! Reading requests: size, type and fields are checked before use.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;

use http::HeaderMap;
use http::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_ENCODING, CONTENT_TYPE, HeaderName, USER_AGENT};
use serde::Serialize;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor as DeVisitor};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::domain::accounts::email_address::EmailAddress;
use crate::domain::accounts::login_name::LoginName;
use crate::domain::devices::location::LocationReader;
use crate::domain::error::{Error, Field};
use crate::domain::policy;
use crate::domain::secret::Secret;
use crate::flows::context::ClientInfo;
use crate::words::language::Language;

/// A request with its whole body, which is at most one byte longer than `policy::BODY_LIMIT`.
pub type Request = http::Request<Vec<u8>>;

/// The segments of a path; a final slash makes no difference.
pub fn segments(path: &str) -> Vec<&str> {
    let path = path.strip_prefix('/').unwrap_or(path);
    path.strip_suffix('/').unwrap_or(path).split('/').collect()
}

/// The segment before the last, for routes that have a variable there.
pub fn second_last_segment(request: &Request) -> &str {
    segments(request.uri().path()).iter().rev().nth(1).copied().unwrap_or_default()
}

/// The last segment of the path, for routes that end with a variable.
pub fn last_segment(request: &Request) -> &str {
    segments(request.uri().path()).last().copied().unwrap_or_default()
}

/// U+FEFF in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The members of a JSON object.
#[derive(Debug, Default, Serialize)]
pub struct Fields(BTreeMap<String, Value>);

impl Fields {
    /// From the body, which is required.
    pub fn json(request: &Request) -> Result<Self, Error> {
        Self::of_type(request, |media_type| media_type == "application/json")
    }

    /// From a body with a media type that the API accepts as JSON.
    pub fn of_type(request: &Request, is_json: impl FnOnce(&str) -> bool) -> Result<Self, Error> {
        let body = plain_body(request)?;
        if !media_type(request.headers()).as_deref().is_some_and(is_json) {
            return Err(Error::UnsupportedMediaType);
        }
        // Some programs write a byte order mark before every text (RFC 8259 §8.1 allows ignoring it).
        let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
        serde_json::from_slice(body).map_err(|_| Error::InvalidRequest(None))
    }

    /// The member as it was sent.
    pub fn value(&self, field: Field) -> Option<&Value> {
        self.0.get(field)
    }

    /// From the body, which is optional: without one there are no fields.
    pub fn json_or_none(request: &Request) -> Result<Self, Error> {
        if request.body().is_empty() { Ok(Self::default()) } else { Self::json(request) }
    }

    pub fn text(&self, field: Field) -> Result<&str, Error> {
        self.optional_text(field)?.ok_or(Error::InvalidRequest(Some(field)))
    }

    /// `None` if the member is missing or null. Any other type is an error, and so is text that cannot be stored.
    pub fn optional_text(&self, field: Field) -> Result<Option<&str>, Error> {
        match self.typed(field)? {
            Some(text) if text.contains('\0') => Err(Error::InvalidRequest(Some(field))),
            text => Ok(text),
        }
    }

    fn typed(&self, field: Field) -> Result<Option<&str>, Error> {
        match self.0.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Error::InvalidRequest(Some(field))),
        }
    }

    /// `false` if the member is missing or null; any other type is an error.
    pub fn flag(&self, field: Field) -> Result<bool, Error> {
        match self.0.get(field) {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(Error::InvalidRequest(Some(field))),
        }
    }

    /// As entered, NULs included: it is never stored.
    pub fn secret(&self, field: Field) -> Result<Secret, Error> {
        self.typed(field)?.map(Secret::new).ok_or(Error::InvalidRequest(Some(field)))
    }

    pub fn email(&self) -> Result<EmailAddress, Error> {
        email(self.text("email")?)
    }

    /// A new password. If it is sent twice, both must be the same.
    pub fn chosen_password(&self) -> Result<Secret, Error> {
        let password = self.secret("password")?;
        let confirmed = self.optional_text("confirm_password")?.is_none_or(|typed| typed == password.expose());
        if confirmed { Ok(password) } else { Err(Error::InvalidRequest(Some("confirm_password"))) }
    }

    /// Renames a member, and may change its value. It is an error if a member with the new name exists: it would be given
    /// twice.
    pub fn rename(
        &mut self,
        from: Field,
        to: Field,
        translate: impl FnOnce(&str) -> Option<String>,
    ) -> Result<(), Error> {
        let Some(value) = self.optional_text(from)? else {
            return Ok(());
        };
        let value = translate(value).filter(|_| matches!(self.0.get(to), None | Some(Value::Null)));
        self.0.insert(to.to_owned(), Value::String(value.ok_or(Error::InvalidRequest(Some(from)))?));
        self.0.remove(from);
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Fields {
    /// An object whose names are unique: parsers that treat a repeated name differently (RFC 8259 §4) could be played off
    /// against each other.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> DeVisitor<'de> for Members {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut members = BTreeMap::new();
                while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
                    if members.insert(name, member(value).map_err(A::Error::custom)?).is_some() {
                        return Err(A::Error::custom("a member is given twice"));
                    }
                }
                Ok(Fields(members))
            }
        }

        deserializer.deserialize_map(Members)
    }
}

/// A member's value. `serde_json` rejects a number beyond the range of `f64`. Here it becomes the largest `f64`, so that its
/// field can report it as too large.
fn member(raw: &RawValue) -> serde_json::Result<Value> {
    serde_json::from_slice(raw.get().as_bytes()).or_else(|error| match raw.get().as_bytes().first() {
        Some(b'-') => Ok(json!(f64::MIN)),
        Some(b'0'..=b'9') => Ok(json!(f64::MAX)),
        _ => Err(error),
    })
}

/// A new login name.
pub fn login_name(text: &str) -> Result<LoginName, Error> {
    LoginName::choose(text).map_err(|_| Error::InvalidRequest(Some("login")))
}

pub fn email(text: &str) -> Result<EmailAddress, Error> {
    EmailAddress::parse(text).map_err(|_| Error::InvalidRequest(Some("email")))
}

/// The fields of a form body (`application/x-www-form-urlencoded`).
pub fn form(request: &Request) -> Result<Vec<(String, String)>, Error> {
    let body = plain_body(request)?;
    if media_type(request.headers()).as_deref() != Some("application/x-www-form-urlencoded") {
        return Err(Error::UnsupportedMediaType);
    }
    Ok(pairs(body))
}

/// A form field, which must occur once (RFC 6749 §3.2).
pub fn form_field(request: &Request, field: Field) -> Result<String, Error> {
    let mut found = form(request)?.into_iter().filter(|(name, _)| name == field).map(|(_, value)| value);
    match (found.next(), found.next()) {
        (Some(value), None) => Ok(value),
        _ => Err(Error::InvalidRequest(Some(field))),
    }
}

/// The parameters of the query.
pub fn query(request: &Request) -> Vec<(String, String)> {
    pairs(request.uri().query().unwrap_or_default().as_bytes())
}

/// One parameter of the query.
pub fn query_parameter(request: &Request, name: Field) -> Result<String, Error> {
    let found = query(request).into_iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value).ok_or(Error::InvalidRequest(Some(name)))
}

/// An optional parameter, parsed. An empty one counts as missing: browsers send empty inputs too.
pub fn optional_parameter<T>(
    request: &Request,
    name: Field,
    parse: impl FnOnce(String) -> Option<T>,
) -> Result<Option<T>, Error> {
    match query_parameter(request, name).ok().filter(|text| !text.is_empty()) {
        Some(text) => parse(text).map(Some).ok_or(Error::InvalidRequest(Some(name))),
        None => Ok(None),
    }
}

/// Names and values of `application/x-www-form-urlencoded`.
pub fn pairs(encoded: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(encoded).map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

/// The body, within its limit and without a content coding: decompressed, a body could have any size.
fn plain_body(request: &Request) -> Result<&[u8], Error> {
    let body = request.body();
    if body.len() > policy::BODY_LIMIT {
        return Err(Error::PayloadTooLarge);
    }
    let lines = request.headers().get_all(CONTENT_ENCODING).iter();
    let mut codings = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b',')).map(<[u8]>::trim_ascii);
    let plain = codings.all(|coding| coding.is_empty() || coding.eq_ignore_ascii_case(b"identity"));
    if plain { Ok(body) } else { Err(Error::UnsupportedCoding) }
}

/// The media type in lower case, without parameters.
fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next()?.trim().to_ascii_lowercase())
}

/// Whether the client prefers HTML (RFC 9110 §12.5.1): browsers ask for HTML, programs for JSON or nothing.
pub fn prefers_page(request: &Request) -> bool {
    let accept = request.headers().get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let ranges: Vec<_> = accept.flat_map(|value| value.split(',')).map(range).collect();
    let weight = |wanted: &str| ranges.iter().find(|(range, _)| range == wanted).map_or(0, |(_, weight)| *weight);
    weight("text/html") > 0 && weight("text/html") >= weight("application/json")
}

/// A media range in lower case, and its weight in thousandths.
fn range(element: &str) -> (String, u32) {
    let mut parts = element.split(';').map(str::trim);
    let range = parts.next().unwrap_or_default().to_ascii_lowercase();
    let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(1000, |weight| match weight.split_once('.') {
        Some(("0", decimals)) => format!("{decimals:0<3}").parse().unwrap_or_default(),
        _ if weight == "0" => 0,
        _ => 1000,
    });
    (range, weight)
}

/// The client's address and location. `X-Forwarded-For` is never read, because clients can write it. For the same reason the
/// location is no header: the runtime attaches it to the request.
pub fn visitor(request: &Request) -> ClientInfo {
    let headers = request.headers();
    let connecting_ip = HeaderName::from_static("cf-connecting-ip");
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let address = text(connecting_ip).parse::<IpAddr>().map(|address| address.to_string());
    let agent = text(USER_AGENT).chars().take(policy::AGENT_LIMIT).collect();
    let place = request.extensions().get::<LocationReader>().cloned().unwrap_or_default();
    let language = Language::accepted(text(ACCEPT_LANGUAGE)).unwrap_or_default();
    ClientInfo { address: address.unwrap_or_default(), agent, place, language, device: None }
}
