//! The cost of the platform itself, used as the `worker` crate's documentation says: a Worker with the same calls cannot respond
//! much faster.

#![cfg(target_arch = "wasm32")]

use serde::{Deserialize, Serialize};
use worker::{Context, D1PreparedStatement, Env, Request, Response, Result, event};

#[derive(Serialize, Deserialize)]
struct Thing {
    id: String,
    name: String,
    number: f64,
}

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    let url = request.url()?;
    let id = url.query().and_then(|query| query.strip_prefix("id=")).unwrap_or_default();
    match url.path() {
        "/kv" => Response::ok(env.kv("KV")?.get("key").text().await?.unwrap_or_default()),
        "/select" => {
            let thing = about(&env, "SELECT * FROM things WHERE id = ?", id)?.first::<Thing>(None).await?;
            Response::from_json(&thing)
        }
        "/update" => {
            let done = about(&env, "UPDATE things SET number = number + 1 WHERE id = ?", id)?.run().await?;
            Response::ok(if done.success() { "updated" } else { "" })
        }
        _ => Response::ok("ok"),
    }
}

fn about(env: &Env, sql: &str, id: &str) -> Result<D1PreparedStatement> {
    env.d1("DB")?.prepare(sql).bind(&[id.into()])
}
