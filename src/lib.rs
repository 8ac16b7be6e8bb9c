//! Gatehouse: every auth route of an application, answered at the edge by one Cloudflare Worker.
//!
//! The house has floors, and a floor uses only the floors beneath it (`tests/architecture.rs` holds it to that).
//! Read from the bottom: words, values and rules, the ports to the outside, the tables, the stories, the doors.

/// What people read, a folder a language. `catalogue` says what each must have words for.
pub mod words {
    pub mod account;
    pub mod activation;
    pub mod address_links;
    pub mod admin;
    pub mod admin_user;
    pub mod audit;
    pub mod catalogue;
    pub mod confirm;
    pub mod devices;
    pub mod errors;
    pub mod fields;
    pub mod frame;
    pub mod keys;
    pub mod language;
    pub mod leaving;
    pub mod letters;
    pub mod notices;
    pub mod portal;
    pub mod recovery;
    pub mod register;
    pub mod sessions;
    pub mod signin;

    mod english {
        mod account;
        mod activation;
        mod address_links;
        mod admin;
        mod admin_user;
        mod audit;
        mod confirm;
        mod devices;
        mod errors;
        mod frame;
        mod keys;
        mod leaving;
        mod letters;
        mod letters_account;
        mod letters_signin;
        mod portal;
        mod recovery;
        mod register;
        mod sessions;
        mod signin;
        mod words;

        pub use words::WORDS;
    }

    mod german {
        mod account;
        mod activation;
        mod address_links;
        mod admin;
        mod admin_user;
        mod audit;
        mod confirm;
        mod devices;
        mod errors;
        mod frame;
        mod keys;
        mod leaving;
        mod letters;
        mod letters_account;
        mod letters_signin;
        mod portal;
        mod recovery;
        mod register;
        mod sessions;
        mod signin;
        mod words;

        pub use words::WORDS;
    }
}

/// Values and rules. No I/O, no async; time and randomness arrive as arguments.
pub mod domain {
    pub mod access_token;
    pub mod administration;
    pub mod algorithm;
    pub mod audit;
    pub mod base_url;
    pub mod blocklist;
    pub mod bookmark;
    pub mod breach;
    pub mod browser;
    pub mod budget;
    pub mod characters;
    pub mod claims;
    pub mod code;
    pub mod code_settings;
    pub mod complaint;
    pub mod content;
    pub mod device;
    pub mod digit;
    pub mod domain_name;
    pub mod email;
    pub mod email_change;
    pub mod error;
    pub mod id;
    pub mod jws;
    pub mod key;
    pub mod letter;
    pub mod limit;
    pub mod login_name;
    pub mod look;
    pub mod mail_provider;
    pub mod mail_services;
    pub mod mail_settings;
    pub mod memory;
    pub mod network;
    pub mod origin;
    pub mod password;
    pub mod place;
    pub mod policy;
    pub mod private_token;
    pub mod recall;
    pub mod recovery;
    pub mod refresh_token;
    pub mod registration;
    pub mod return_address;
    pub mod sdk;
    pub mod seal;
    pub mod secret;
    pub mod session;
    pub mod session_settings;
    pub mod settings;
    pub mod signing;
    pub mod stamp;
    pub mod template;
    pub mod ticket;
    pub mod timestamp;
    pub mod token;
    pub mod token_settings;
    pub mod user;
    pub mod variables;
    pub mod wording;
}

/// What the house needs from outside, as traits: `Platform` is all of them.
pub mod ports {
    mod platform;
    mod sql;

    pub use platform::{
        Bounds, Capacity, Clock, Database, Entropy, KeyValue, Log, Outbound, Platform, RateLimiter, Replicas,
    };
    pub(crate) use sql::values;
    pub use sql::{Conditional, Guard, Row, Statement, Value};
}

/// One file a table; SQL is written here and nowhere else. Reads are async, writes are statements for a batch.
pub mod store {
    pub mod administration;
    pub mod attempts;
    pub mod audit;
    pub mod codes;
    pub mod conditions;
    pub mod departures;
    pub mod devices;
    pub mod email_changes;
    pub mod email_undos;
    pub mod marks;
    pub mod networks;
    mod once;
    pub mod outbox;
    pub mod quotas;
    pub mod recoveries;
    pub mod registrations;
    pub mod schema;
    pub mod sessions;
    pub mod size;
    pub mod submissions;
    mod sweep;
    pub mod tickets;
    pub mod token_lists;
    pub mod tokens;
    pub mod users;
}

/// One file a user story: limit, load, decide, save in one batch, tell.
pub mod flows {
    pub mod act;
    pub mod activate;
    pub mod administrate;
    pub mod authenticate;
    pub mod change_email;
    pub mod choose_password;
    pub mod delete_account;
    pub mod directory;
    pub mod export;
    pub mod introspect;
    pub mod language;
    pub mod limit;
    pub mod login;
    pub mod logout;
    pub mod mail;
    pub mod near;
    pub mod one_time_code;
    pub mod operate;
    pub mod password;
    pub mod portal;
    pub mod reading;
    pub mod recover;
    pub mod refresh;
    pub mod register;
    pub mod revocation;
    pub mod sessions;
    pub mod submission;
    pub mod ticket;
    pub mod tokens;
    pub mod visit;
}

/// The doors: HTTP in, HTTP out. `router` shows every one of them on one page.
pub mod web {
    pub mod account;
    pub mod admin;
    pub mod api_keys;
    pub mod assets;
    pub mod audit_log;
    pub mod bookmark;
    pub mod credential;
    pub mod dialect_f;
    pub mod dialect_p;
    pub mod dialect_r;
    pub mod dialect_s;
    pub mod email;
    pub mod envelope;
    pub mod exchange;
    pub mod export;
    pub mod field_errors;
    pub mod gateway;
    pub mod health;
    pub mod mailbox;
    pub mod oauth;
    pub mod one_time_code;
    pub mod origin;
    pub mod page;
    pub mod portal_tokens;
    pub mod private_tokens;
    pub mod recovery;
    pub mod refusal;
    pub mod request;
    pub mod response;
    pub mod router;
    pub mod sentence;
    pub mod serve;
    pub mod session;
    pub mod sessions;
    pub mod user_profile;
    pub mod well_known;

    /// What people see. A page's file is its template's.
    pub mod pages {
        pub mod account;
        pub mod activate;
        pub mod address;
        pub mod audit;
        pub mod confirm;
        pub mod delete;
        pub mod desk;
        pub mod device;
        pub mod email;
        pub mod export;
        pub mod form;
        pub mod goal;
        pub mod input;
        pub mod key_form;
        pub mod key_list;
        pub mod keys;
        pub mod link;
        pub mod moment;
        pub mod notice;
        pub mod office;
        pub mod password;
        pub mod query;
        pub mod recover;
        pub mod register;
        pub mod registered;
        pub mod room;
        pub mod sessions;
        pub mod signin;
        pub mod table;
        pub mod user;
        pub mod user_acts;
        pub mod users;
    }

    pub use serve::{Answer, serve};
}

/// The runtime: fetch and cron events, D1, KV, HTTP to elsewhere. The only floor that knows Cloudflare.
#[cfg(target_arch = "wasm32")]
mod cloudflare {
    mod allocator;
    mod body;
    mod d1;
    mod entry;
    mod kv;
    mod outbound;
    mod platform;
    mod rate_limiter;
    mod wire;
}
