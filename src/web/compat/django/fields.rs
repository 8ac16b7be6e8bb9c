//! Fields as Django REST framework reads them: all errors are reported at once.

use std::num::{IntErrorKind, ParseIntError};

use serde_json::{Number, Value};

use crate::domain::credentials::password::Password;
use crate::domain::error::{Error, Field};
use crate::domain::field_error::FieldError;
use crate::domain::policy;
use crate::domain::secret::Secret;
use crate::domain::timestamp::Timestamp;
use crate::web::http::request::{Fields, Request};

/// The fields of a body, and the errors in those read so far.
pub struct DrfFields {
    fields: Fields,
    complaints: Vec<(Field, FieldError)>,
}

impl DrfFields {
    pub fn json(request: &Request) -> Result<Self, Error> {
        Fields::json(request).map(Self::of)
    }

    pub const fn of(fields: Fields) -> Self {
        Self { fields, complaints: Vec::new() }
    }

    pub fn complain<T>(&mut self, field: Field, complaint: FieldError) -> Option<T> {
        self.complaints.push((field, complaint));
        None
    }

    /// Whether there are no errors so far: checks that involve several fields run only then.
    pub fn is_sound(&self) -> bool {
        self.complaints.is_empty()
    }

    /// Required text, trimmed.
    pub fn text(&mut self, field: Field) -> Option<String> {
        let text = self.string(field)?.trim().to_owned();
        if text.is_empty() { self.complain(field, FieldError::Blank) } else { Some(text) }
    }

    /// Optional text, which may be null and is not trimmed. A number is not accepted as a string here.
    pub fn optional_text(&mut self, field: Field) -> Option<String> {
        match self.fields.value(field) {
            None | Some(Value::Null) => None,
            Some(Value::String(_)) => self.string(field),
            Some(_) => self.complain(field, FieldError::NoString),
        }
    }

    /// A password, as entered.
    pub fn secret(&mut self, field: Field) -> Option<Secret> {
        let text = self.string(field)?;
        if text.is_empty() {
            return self.complain(field, FieldError::Blank);
        }
        let secret = Secret::new(text);
        match Password::candidate(&secret) {
            Ok(_) => Some(secret),
            Err(_) => self.complain(field, FieldError::TooLong(policy::PASSWORD_MAX_BYTES)),
        }
    }

    fn string(&mut self, field: Field) -> Option<String> {
        match self.fields.value(field) {
            None => self.complain(field, FieldError::Required),
            Some(Value::Null) => self.complain(field, FieldError::Null),
            Some(Value::String(text)) if text.contains('\0') => self.complain(field, FieldError::Nul),
            Some(Value::String(text)) => Some(text.clone()),
            // Django REST framework accepts a number as a string, but not a flag, a list or an object.
            Some(Value::Number(number)) => Some(number.to_string()),
            Some(_) => self.complain(field, FieldError::NoString),
        }
    }

    /// A timestamp within a range.
    pub fn moment(&mut self, field: Field, (earliest, latest): (Timestamp, Timestamp)) -> Option<Timestamp> {
        let moment = match self.fields.value(field) {
            None => return self.complain(field, FieldError::Required),
            Some(Value::Null) => return self.complain(field, FieldError::Null),
            Some(value) => value.as_str().and_then(Timestamp::parse_date_time),
        };
        match moment {
            None => self.complain(field, FieldError::NoDatetime),
            Some(moment) if moment < earliest => self.complain(field, FieldError::Past),
            Some(moment) if moment > latest => self.complain(field, FieldError::TooLate),
            Some(moment) => Some(moment),
        }
    }

    /// An integer from 0 to a maximum, also written as text; `None` if it is missing or invalid.
    pub fn count(&mut self, field: Field, max: u32) -> Option<u32> {
        let number = match self.fields.value(field)? {
            Value::Null => return self.complain(field, FieldError::Null),
            Value::Number(number) => whole_number(number),
            Value::String(text) => whole(text.trim()),
            _ => None,
        };
        match number {
            None => self.complain(field, FieldError::NoInteger),
            Some(number) if number > i64::from(max) => self.complain(field, FieldError::AtMost(max.into())),
            Some(number) => match u32::try_from(number) {
                Ok(count) => Some(count),
                Err(_) => self.complain(field, FieldError::AtLeast(0)),
            },
        }
    }

    /// The values that were read, unless there was any error.
    pub fn finish<T>(self, read: Option<T>) -> Result<T, Error> {
        read.filter(|_| self.is_sound()).ok_or(Error::InvalidFields(self.complaints))
    }
}

/// A JSON number beyond 64 bits was rounded to one of 53 bits, and is an integer.
fn whole_number(number: &Number) -> Option<i64> {
    const WHOLE: f64 = (1_u64 << 53) as f64;
    match number.as_f64() {
        Some(huge) if huge >= WHOLE => Some(i64::MAX),
        Some(huge) if huge <= -WHOLE => Some(i64::MIN),
        _ => whole(&number.to_string()),
    }
}

/// `1.0` is an integer too, and one of four hundred digits is reported as too large.
fn whole(text: &str) -> Option<i64> {
    let (digits, decimals) = text.split_once('.').unwrap_or((text, ""));
    if decimals.bytes().any(|digit| digit != b'0') {
        return None;
    }
    digits
        .parse()
        .or_else(|error: ParseIntError| match error.kind() {
            IntErrorKind::PosOverflow => Ok(i64::MAX),
            IntErrorKind::NegOverflow => Ok(i64::MIN),
            _ => Err(error),
        })
        .ok()
}
