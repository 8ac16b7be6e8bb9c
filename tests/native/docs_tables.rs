//! The tables in the docs list every route, variable, email and field as it is.

use std::cell::RefCell;
use std::collections::BTreeSet;

use gatehouse::domain::mail::message::Email;
use gatehouse::domain::settings::settings::Settings;

use crate::app::TestApp;
use crate::routes::ROUTES;

const API: &str = include_str!("../../docs/use/API.md");
const CONFIGURATION: &str = include_str!("../../docs/operate/CONFIGURATION.md");
const EMAILS: &str = include_str!("../../docs/operate/EMAILS.md");

/// The cells of the rows of the table below a heading.
fn table(document: &'static str, heading: &str) -> Vec<Vec<&'static str>> {
    let (_, rows) = document.split_once(heading).unwrap_or_else(|| panic!("there is no table {heading}"));
    let rows = rows.lines().skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split(" | ").map(str::trim).collect()).collect()
}

/// The text of a cell between backticks.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

#[test]
fn every_route_is_in_the_table_of_routes() {
    let listed: BTreeSet<_> = table(API, "| method and path | what it does |")
        .into_iter()
        .flat_map(|row| {
            let (methods, _) = row[0].split_once('`').unwrap();
            let methods: Vec<_> = methods.split(',').map(str::trim).collect();
            let paths = quoted(row[0]);
            methods
                .into_iter()
                .flat_map(move |method| paths.clone().into_iter().map(move |path| format!("{method} {path}")))
        })
        .collect();
    let nil = "00000000-0000-0000-0000-000000000000";
    // The development mailbox has its own paragraph, and the stylesheet is not an endpoint.
    let public = ROUTES.iter().filter(|(_, path)| !matches!(*path, "/dev/mail" | "/assets/page.css"));
    let routes = public.map(|(method, path)| format!("{method} {}", path.replace(nil, "{id}"))).collect();
    assert_eq!(listed, routes);
}

#[test]
fn every_variable_is_in_the_table_of_variables() {
    let read = RefCell::new(BTreeSet::new());
    for (provider, breach_check) in [("mailgun", "open"), ("cloudflare", "off")] {
        let _ = Settings::parse(&|name| {
            read.borrow_mut().insert(name.to_owned());
            match name {
                "MAIL_PROVIDER" => Some(provider.to_owned()),
                "AUTH_BREACH_CHECK" => Some(breach_check.to_owned()),
                _ => None,
            }
        });
    }
    // The text variables share a row and have their own table.
    let words = |name: &str| name.starts_with("MAIL_") && (name.ends_with("_SUBJECT") || name.ends_with("_BODY"));
    let read: BTreeSet<_> = read.into_inner().into_iter().filter(|name| !words(name)).collect();
    let rows = table(CONFIGURATION, "| variable | default | meaning |");
    let listed = rows.iter().flat_map(|row| quoted(row[0])).filter(|name| !name.contains('<')).map(str::to_owned);
    assert_eq!(listed.collect::<BTreeSet<_>>(), read);
}

/// The fields a variable may use, as listed in the error about a wrong one.
fn fields(variable: &str) -> BTreeSet<String> {
    let ready = TestApp::with(&[(variable, "{{.Wrong}}")]).get("/health/ready").json();
    let told = ready["checks"][variable].as_str().unwrap_or_else(|| panic!("{variable} is read by nobody"));
    let (_, known) = told.split_once("but ").unwrap();
    known.split(", ").map(|field| field.trim_matches(['{', '}', '.']).to_owned()).collect()
}

/// Each email of the table, and the fields that its subject and its body may use.
pub fn emails() -> Vec<(&'static str, BTreeSet<String>, BTreeSet<String>)> {
    let named = |cells: &[&'static str]| cells.iter().flat_map(|cell| quoted(cell)).map(str::to_owned).collect();
    let rows = table(EMAILS, "| `<EMAIL>` | fields in subject and body | fields in the body |");
    rows.iter().map(|row| (quoted(row[0])[0], named(&row[1..2]), named(&row[1..]))).collect()
}

#[test]
fn every_email_is_in_the_table_of_placeholders() {
    let rows = table(EMAILS, "| `<EMAIL>` | fields in subject and body | fields in the body |");
    let listed: Vec<_> = rows.iter().map(|row| quoted(row[0])[0].to_lowercase()).collect();
    assert_eq!(listed, Email::ALL.iter().map(|spec| spec.kind).collect::<Vec<_>>());
    for (row, spec) in rows.iter().zip(Email::ALL) {
        let named = |cells: &[&'static str]| cells.iter().flat_map(|cell| quoted(cell)).map(str::to_owned).collect();
        let (everywhere, in_the_body): (BTreeSet<_>, BTreeSet<_>) = (named(&row[1..2]), named(&row[1..]));
        assert_eq!(fields(spec.subject_variable), everywhere, "{}", spec.kind);
        assert_eq!(fields(spec.body_variable), in_the_body, "{}", spec.kind);
    }
}

#[test]
fn every_email_is_in_the_table_of_occasions() {
    let rows = table(EMAILS, "| email | sent when | to |");
    let listed: BTreeSet<_> =
        rows.iter().flat_map(|row| row[0].split(", ")).map(|name| name.trim().to_owned()).collect();
    assert_eq!(listed, Email::ALL.iter().map(|spec| spec.kind.replace('_', " ")).collect());
}
