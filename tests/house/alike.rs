//! What a stranger can feel of an answer besides its bytes: round trips, each of them milliseconds in production.

use serde_json::{Value, json};

use crate::house::{CODES, House, PASSWORD, UNCOUNTED};

/// A house with a person of every kind.
fn peopled() -> House {
    let house = House::with(&[CODES, UNCOUNTED[0], UNCOUNTED[1]]);
    house.user("ada");
    house.user("disabled");
    house.world.tell("UPDATE users SET disabled_at = 1 WHERE login = 'disabled'");
    house.register("waiting", "waiting@example.com").granted();
    house
}

#[test]
fn known_addresses_cost_as_many_round_trips_as_unknown_ones() {
    let address = |login: &str| format!("{login}@example.com");
    let code = |login: &str| json!({ "email": address(login), "code": "not it" });
    type Body<'a> = &'a dyn Fn(&str) -> Value;
    let email: Body<'_> = &|login| json!({ "email": address(login) });
    let routes: [(&str, Body<'_>); 6] = [
        ("local/register", &|login| json!({ "login": "somebody", "email": address(login), "password": PASSWORD })),
        ("local/login", &|login| json!({ "login": login, "password": "wrong" })),
        ("local/activate/send", email),
        ("local/recover", email),
        ("otp/request", email),
        ("otp/verify", &code),
    ];
    for (route, body) in routes {
        let felt = |login: &str| {
            let house = peopled();
            house.request_code(&address(login)).granted();
            house.pass_seconds(60);
            let reply = house.post(&format!("/api/auth/{route}"), &body(login));
            (reply.face(), reply.cost)
        };
        let expected = felt("stranger");
        for login in ["ada", "disabled", "waiting"] {
            assert_eq!(felt(login), expected, "{route}: {login}");
        }
    }
}
