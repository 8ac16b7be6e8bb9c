//! The WASM module. What it exports are the events of `src/cloudflare/entry.rs`, all in the library. It is a crate of its own
//! because Cargo links without LTO what is a WASM module and a library for the tests at once.

use gatehouse as _;
