//! The migrations that the database has: recognised by their traces in the schema, however they were applied.

use crate::domain::error::Fault;
use crate::ports::{Row, Statement, values};

/// A migration, a table or index that exists since then, and a part of its SQL: a column, if the table is older.
type Trace = (&'static str, &'static str, &'static str);

/// All migrations, in order. Every new migration needs a line here; a test compares the two.
const MIGRATIONS: &[Trace] = &[
    ("0001_first_story", "users", ""),
    ("0002_recovery", "recoveries", ""),
    ("0003_codes", "codes", ""),
    ("0004_mail_budgets", "outbox_by_mailbox", ""),
    ("0005_limits", "attempts", ""),
    ("0006_email_and_departures", "departures", ""),
    ("0007_places", "sessions", "place TEXT"),
    ("0008_administration", "users_who_administer", ""),
    ("0009_tokens", "tokens", ""),
    ("0010_browser", "tickets", ""),
    ("0011_language", "users", "language TEXT"),
    ("0012_devices", "sessions_by_device", ""),
    ("0013_growth", "departures_to_mark", ""),
    ("0014_strangers", "quotas", ""),
    ("0015_roots", "sessions_by_root", ""),
    ("0016_submissions", "submissions", ""),
    ("0017_names", "users_to_refold", ""),
    ("0018_credentials", "tokens", "kind <> ''"),
    ("0019_factors", "factor_undos", ""),
    ("0020_oauth", "consents", ""),
    ("0021_disabled_clients", "clients_by_disabled", ""),
    ("0022_identities", "identities", ""),
];

/// Selects the traces that the schema has.
pub fn traces() -> Statement {
    const SQL: &str = "SELECT name, sql FROM sqlite_schema WHERE name IN (SELECT value FROM json_each(?))";
    let names: Vec<_> = MIGRATIONS.iter().map(|(_, object, _)| *object).collect();
    Statement::new(SQL, values![serde_json::json!(names).to_string()])
}

/// The migrations that are missing, from the rows of [`traces`].
pub fn missing(found: &[Row]) -> Result<Vec<&'static str>, Fault> {
    let found = found.iter().map(|row| Ok((row.text("name")?, row.text("sql")?))).collect::<Result<Vec<_>, Fault>>()?;
    let is_there = |object: &str, part: &str| found.iter().any(|(name, sql)| *name == object && sql.contains(part));
    let missing = MIGRATIONS.iter().filter(|(_, object, part)| !is_there(object, part));
    Ok(missing.map(|(migration, ..)| *migration).collect())
}
