//! The whole house, natively: the real doors, flows and SQL over SQLite, with a clock that stands still until it is
//! moved, seeded randomness, a KV that lags, and a mail provider that writes down what it is sent.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod forger;
mod house;
mod internet;
mod people;
mod purse;
mod world;

mod account;
mod activation;
mod admin;
mod alike;
mod audit;
mod audit_log;
mod breach;
mod codes;
mod deletion;
mod directory;
mod doors;
mod elsewhere;
mod email;
mod email_undo;
mod envelope;
mod export;
mod faults;
mod forgeries;
mod health;
mod hostile;
mod introspection;
mod letters;
mod limits;
mod logout;
mod matrix;
mod migrations;
mod operations;
mod origins;
mod password;
mod places;
mod plans;
mod providers;
mod readme;
mod recovery;
mod refresh;
mod registration;
mod reset;
mod rotation;
mod sdk;
mod sessions;
mod shown_links;
mod sign_in;
mod spelling;
mod sweeps;
mod tokens;
mod vectors;
mod wording;
