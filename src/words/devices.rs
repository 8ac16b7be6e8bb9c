//! Descriptions of devices.

pub struct Devices {
    pub unknown: &'static str,
    pub bot: &'static str,
    /// Takes the browser and the operating system.
    pub on: fn(&str, &str) -> String,
}
