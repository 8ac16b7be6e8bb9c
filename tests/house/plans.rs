//! How SQLite would find what large tables are asked for.

use std::cell::RefCell;

use gatehouse::domain::administration::Change;
use gatehouse::domain::error::Fault;
use gatehouse::domain::id::Id;
use gatehouse::domain::login_name::Identifier;
use gatehouse::ports::{Clock, Database, Row, Statement};
use gatehouse::store::audit::Search;
use gatehouse::store::users::Rise;
use gatehouse::store::{administration, audit, devices, users};
use pollster::block_on;
use rusqlite::params_from_iter;

use crate::world::World;

/// A database that explains instead of answering.
struct Planner {
    world: World,
    plan: RefCell<Vec<String>>,
}

impl Planner {
    fn new() -> Self {
        Self { world: World::new(), plan: RefCell::default() }
    }

    fn plan(&self) -> String {
        self.plan.borrow().join("\n")
    }
}

impl Database for Planner {
    async fn rows(&self, statement: Statement) -> Result<Vec<Row>, Fault> {
        let database = self.world.database.borrow();
        let mut query = database.prepare(&format!("EXPLAIN QUERY PLAN {}", statement.sql)).unwrap();
        let values = statement.values.iter().map(|_| "5");
        let steps = query.query_map(params_from_iter(values), |row| row.get("detail")).unwrap();
        self.plan.borrow_mut().extend(steps.map(Result::unwrap));
        Ok(Vec::new())
    }

    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, Fault> {
        panic!("{} statements to explain at once", statements.len())
    }
}

#[test]
fn a_search_for_people_walks_along_no_list_of_everybody() {
    let planner = Planner::new();
    block_on(administration::search(&planner, "ada", "", 101)).unwrap();
    let plan = planner.plan();
    assert!(plan.contains("login>?") && plan.contains("email_folded>?") && !plan.contains("SCAN"), "{plan}");
}

#[test]
fn whether_somebody_else_administers_is_asked_of_those_who_do() {
    let planner = Planner::new();
    let now = World::new().now();
    let rise = Rise { user: Id::uuid_v4([0; 16]), password_hash: None, except: None, op: "x" };
    block_on(planner.rows(users::raise(&rise, administration::admits(Change::Demote), now))).unwrap();
    assert!(planner.plan().contains("users_who_administer"), "{}", planner.plan());
}

#[test]
fn whether_a_browser_is_known_is_asked_of_the_last_session_there() {
    for who in ["ada", "ada@example.com"] {
        let planner = Planner::new();
        let known = devices::knows(&Identifier::parse(who), Id::from_bytes([0; 16]), World::new().now());
        block_on(planner.rows(Statement::guarded("SELECT 1", Vec::new(), known, ""))).unwrap();
        let plan = planner.plan();
        assert!(plan.contains("sessions_by_device (user_id=? AND device=?)") && !plan.contains("B-TREE"), "{plan}");
    }
}

#[test]
fn the_log_of_one_user_and_of_one_hour_is_found_through_indexes() {
    let planner = Planner::new();
    let of_user = Search { user: Some(Id::uuid_v4([0; 16])), ..Search::default() };
    block_on(audit::page(&planner, &of_user, None, 101)).unwrap();
    let plan = planner.plan();
    assert!(plan.contains("audit_by_user") && plan.contains("audit_by_target") && !plan.contains("SCAN"), "{plan}");
    let planner = Planner::new();
    let of_hour = Search { act: Some("sign_in".into()), from: Some(World::new().now()), ..Search::default() };
    block_on(audit::page(&planner, &of_hour, None, 101)).unwrap();
    assert!(planner.plan().contains("audit_by_time (at>?)"), "{}", planner.plan());
}
