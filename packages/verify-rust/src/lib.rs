#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod claims;
mod keys;
mod layer;
mod refusal;
mod verifier;

pub use claims::{Claims, Level, Requirements};
pub use layer::{Protected, RequireToken};
pub use refusal::Refusal;
pub use verifier::{Algorithm, Options, Revocation, Verifier};
