//! Devices, where they are words and not names of products.

pub struct Devices {
    pub unknown: &'static str,
    pub bot: &'static str,
    /// With a browser and a system.
    pub on: fn(&str, &str) -> String,
}
