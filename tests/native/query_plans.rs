//! SQLite's query plans for large tables.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Mutex;

use gatehouse::domain::accounts::login_name::Identifier;
use gatehouse::domain::admin_change::Change;
use gatehouse::domain::error::Fault;
use gatehouse::domain::id::Id;
use gatehouse::ports::{Clock, Database, Row, Statement};
use gatehouse::store::audit::Search;
use gatehouse::store::users::VersionBump;
use gatehouse::store::{admin_users, audit, devices, users};
use pollster::block_on;
use rusqlite::{Connection, params_from_iter};

use crate::parameters;
use crate::platform::TestPlatform;

/// Indexes that may be scanned, because the scan stops soon.
const SHORT: [&str; 6] = [
    // Partial: administrators, users stored under an earlier folding, and tokens whose mark is still to be written.
    "users_who_administer",
    "users_to_refold",
    "tokens_to_mark",
    // Partial too: a notice waits for an hour at most.
    "logout_notices_waiting",
    // In order of time, one page at a time: the development mailbox, and the log as administrators read it.
    "outbox_by_age",
    "audit_by_time",
];

/// Every statement of every test is explained once, in whichever test runs it first. A statement that scans a table that grows
/// with the users is quick in every test and slow in production. A statement on a missing table fails by itself, and is explained
/// where the table exists; where a test has bent a table (`hostile`), the plans are not those of production. The parameters are
/// checked as well.
pub fn explain(database: &Connection, statement: &Statement) {
    static EXPLAINED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let is_straight = "SELECT count(*) = 0 FROM sqlite_schema WHERE name = 'straight'";
    let straight: bool = database.query_row(is_straight, [], |row| row.get(0)).unwrap();
    let sound = straight && database.prepare_cached(&statement.sql).is_ok();
    if !sound || !EXPLAINED.lock().unwrap().insert(statement.sql.to_string()) {
        return;
    }
    parameters::check(statement);
    for step in steps(database, statement) {
        let walks = step.starts_with("SCAN ") && !bounded(&step) || step.contains("AUTOMATIC");
        assert!(!walks, "{step}: {}", statement.sql);
    }
}

/// Parameter values, rows already found, the schema, the clients, and the short indexes.
fn bounded(step: &str) -> bool {
    // Clients are counted before one more is created: there are `policy::CLIENTS_MAX` at most.
    let own = [
        "SCAN CONSTANT ROW",
        "SCAN (subquery-",
        "SCAN line",
        "SCAN sqlite_schema",
        "SCAN clients USING COVERING INDEX",
    ]
    .iter()
    .any(|own| step.starts_with(own));
    own || step.contains(" VIRTUAL TABLE ") || SHORT.iter().any(|index| step.ends_with(&format!("INDEX {index}")))
}

fn steps(database: &Connection, statement: &Statement) -> Vec<String> {
    let mut query = database.prepare(&format!("EXPLAIN QUERY PLAN {}", statement.sql)).unwrap();
    let values = statement.values.iter().map(|_| "5");
    let steps = query.query_map(params_from_iter(values), |row| row.get("detail")).unwrap();
    steps.map(Result::unwrap).collect()
}

#[test]
#[should_panic(expected = "SCAN users")]
fn a_statement_that_walks_along_a_table_is_found() {
    let everybody = Statement::new("SELECT id FROM users WHERE updated_at > 5", Vec::new());
    block_on(TestPlatform::new().rows(everybody)).unwrap();
}

/// A database that explains instead of executing.
struct Planner {
    platform: TestPlatform,
    plan: RefCell<Vec<String>>,
}

impl Planner {
    fn new() -> Self {
        Self { platform: TestPlatform::new(), plan: RefCell::default() }
    }

    fn plan(&self) -> String {
        self.plan.borrow().join("\n")
    }
}

impl Database for Planner {
    async fn rows(&self, statement: Statement) -> Result<Vec<Row>, Fault> {
        self.plan.borrow_mut().extend(steps(&self.platform.database.borrow(), &statement));
        Ok(Vec::new())
    }

    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, Fault> {
        let platform = self.platform.database.borrow();
        self.plan.borrow_mut().extend(statements.iter().flat_map(|statement| steps(&platform, statement)));
        Ok(Vec::new())
    }
}

#[test]
fn a_search_for_people_walks_along_no_list_of_everybody() {
    let planner = Planner::new();
    block_on(admin_users::search(&planner, "ada", "", 101)).unwrap();
    let plan = planner.plan();
    assert!(plan.contains("login>?") && plan.contains("email_folded>?") && !plan.contains("SCAN users"), "{plan}");
}

#[test]
fn whether_somebody_else_administers_is_asked_of_those_who_do() {
    let planner = Planner::new();
    let now = TestPlatform::new().now();
    let rise = VersionBump { user: Id::uuid_v4([0; 16]), except: None, op: "x" };
    block_on(planner.rows(users::bump_auth_version(&rise, admin_users::admits(Change::Demote), now).into())).unwrap();
    assert!(planner.plan().contains("users_who_administer"), "{}", planner.plan());
}

#[test]
fn whether_a_browser_is_known_is_asked_of_the_last_session_there() {
    for who in ["ada", "ada@example.com"] {
        let planner = Planner::new();
        let known = devices::knows(&Identifier::parse(who), Id::from_bytes([0; 16]), TestPlatform::new().now());
        block_on(planner.rows(Statement::guarded("SELECT 1", Vec::new(), known, ""))).unwrap();
        let plan = planner.plan();
        assert!(plan.contains("sessions_by_device (user_id=? AND device=?)") && !plan.contains("B-TREE"), "{plan}");
    }
}

#[test]
fn the_log_of_one_user_and_of_one_hour_is_found_through_indexes() {
    let planner = Planner::new();
    let of_user = Search { user: Some(Id::uuid_v4([0; 16])), ..Search::default() };
    block_on(audit::page(&planner, &of_user, None, 101, 2000)).unwrap();
    let plan = planner.plan();
    assert!(
        plan.contains("audit_by_user") && plan.contains("audit_by_target") && !plan.contains("SCAN audit"),
        "{plan}"
    );
    let planner = Planner::new();
    let of_hour = Search { act: Some("sign_in".into()), from: Some(TestPlatform::new().now()), ..Search::default() };
    block_on(audit::page(&planner, &of_hour, None, 101, 2000)).unwrap();
    assert!(planner.plan().contains("audit_by_time (at>?)"), "{}", planner.plan());
}
