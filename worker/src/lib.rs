//! The WASM module. Its exports are the events of `src/cloudflare/entry.rs`, all in the library. It is a separate crate
//! because Cargo does not use LTO for a crate that is both a WASM module and a library for the tests.

use gatehouse as _;
