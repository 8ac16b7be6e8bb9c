//! A service with axum: its configuration is the first argument, and it writes its address. The tests start it
//! (`tests/integrate/verifiers/rust.test.mjs`).

use std::error::Error;
use std::time::Duration;

use axum::routing::get;
use axum::{Extension, Json, Router};
use gatehouse_verify::{Algorithm, Claims, Level, Options, RequireToken, Requirements, Revocation, Verifier};
use serde_json::{Value, json};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let config: Value = serde_json::from_str(&std::env::args().nth(1).ok_or("no configuration")?)?;
    let mut app = Router::new();
    for (name, options) in config["verifiers"].as_object().ok_or("no verifiers")? {
        let verifier = verifier(options)?;
        for (guard, requirements) in config["guards"].as_object().ok_or("no guards")? {
            let required = RequireToken::new(&verifier, requirements_of(requirements));
            app = app.route(&format!("/{name}/{guard}"), get(notes).layer(required));
        }
    }
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, app).await?)
}

async fn notes(Extension(claims): Extension<Claims>) -> Json<Value> {
    Json(json!({ "sub": claims.sub }))
}

fn verifier(options: &Value) -> Result<Verifier, Box<dyn Error>> {
    let text = |name: &str| options[name].as_str().map(str::to_owned);
    let credential = |name: &str| options["credentials"][name].as_str().unwrap_or_default().to_owned();
    let revocation = match options["revocation"].as_str() {
        Some("verify") => Revocation::Verify,
        Some("introspect") => Revocation::Introspect { id: credential("id"), secret: credential("secret") },
        _ => Revocation::None,
    };
    let algorithm = if options["algorithm"] == "ES256" { Algorithm::Es256 } else { Algorithm::EdDsa };
    let chosen = Options {
        audience: text("audience"),
        algorithm,
        url: text("url"),
        revocation,
        keys_max_age: Duration::from_secs(options["keys_max_age"].as_u64().unwrap_or(300)),
        resource_metadata: text("resource_metadata"),
    };
    Ok(Verifier::new(&text("issuer").ok_or("no issuer")?, chosen)?)
}

fn requirements_of(guard: &Value) -> Requirements {
    let mut requirements = Requirements::new();
    if let Some(scope) = guard["scope"].as_str() {
        requirements = requirements.scope(scope);
    }
    if let Some(role) = guard["role"].as_str() {
        requirements = requirements.role(role);
    }
    if let Some(level) = guard["acr"].as_str() {
        requirements = requirements.acr(if level == "aal2" { Level::Aal2 } else { Level::Aal1 });
    }
    if let Some(seconds) = guard["max_age"].as_u64() {
        requirements = requirements.max_age(seconds);
    }
    requirements
}
