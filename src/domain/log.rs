//! The log that operators read: one JSON object per line, to be searched by field. Never a secret: a route is named by its
//! pattern, because paths and queries can hold tokens.

use std::fmt;

use serde::Serialize;

use crate::domain::error::Fault;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// A fault of this service or of one it depends on.
    #[default]
    Error,
    /// A request that was answered.
    Info,
}

/// What an event has asked of the platform.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Operations {
    /// Calls of the database: one for a batch.
    pub d1: usize,
    /// Calls of KV: one for a read of several keys.
    pub kv: usize,
    /// Requests to other hosts.
    pub fetch: usize,
}

/// One line. Absent fields are left out.
#[derive(Default, Serialize)]
pub struct LogLine<'a> {
    pub level: Level,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<&'a str>,
    /// What was done outside of a request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<&'a str>,
    /// The pattern of the route; none if there is no such route.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The time until the response, in milliseconds. The runtime's clock only advances with I/O.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operations: Option<Operations>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl LogLine<'_> {
    /// A fault outside of a request.
    pub fn fault(task: &'static str, error: impl fmt::Display) -> Self {
        Self { task: Some(task), error: Some(error.to_string()), ..Self::default() }
    }
}

impl<'a> LogLine<'a> {
    /// A fault that does not decide the response to a request.
    pub fn in_request(request_id: &'a str, fault: &Fault) -> Self {
        Self { request_id: Some(request_id), error: Some(fault.to_string()), ..Self::default() }
    }
}

impl fmt::Display for LogLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}
