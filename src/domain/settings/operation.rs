//! Operational settings.

use std::time::Duration;

use crate::domain::env_reader::EnvReader;
use crate::domain::log::Level;
use crate::domain::policy;
use crate::domain::settings::environment::Environment;

pub struct OperationSettings {
    /// Whether addresses are rate-limited (`domain::rate_limit`). Accounts always are.
    pub limits_address: bool,
    /// Whether reads may be answered from a replica of D1 (`flows::authentication::replica_reads`).
    pub read_replicas: bool,
    /// How long the audit log is kept.
    pub audit_retention: Duration,
    /// The least important lines that are logged. A line for each request is billed by Cloudflare, so it is off by default.
    pub log_level: Level,
}

impl OperationSettings {
    pub fn read(read: &mut EnvReader<'_>, environment: Option<Environment>) -> Option<Self> {
        let limits_address = limits_address(read, environment);
        let read_replicas = read.word("AUTH_READ_REPLICAS", false, &[("on", true), ("off", false)]);
        let audit_retention = audit_retention(read);
        let log_level = read.word("LOG_LEVEL", Level::Error, &[("error", Level::Error), ("info", Level::Info)]);
        Some(Self {
            limits_address: limits_address?,
            read_replicas: read_replicas?,
            audit_retention: audit_retention?,
            log_level: log_level?,
        })
    }
}

/// Off is for load tests, which come from one address. It has no effect outside development.
fn limits_address(read: &mut EnvReader<'_>, environment: Option<Environment>) -> Option<bool> {
    let wanted = read.word("AUTH_LIMITS_ADDRESS", true, &[("on", true), ("off", false)])?;
    Some(wanted || environment != Some(Environment::Development))
}

fn audit_retention(read: &mut EnvReader<'_>) -> Option<Duration> {
    let bounds = 1..=policy::AUDIT_RETENTION_DAYS_MAX;
    read.number("AUDIT_RETENTION_DAYS", policy::AUDIT_RETENTION_DAYS, bounds).map(policy::days)
}
