//! English: devices.

use crate::words::devices::Devices;

pub const DEVICES: Devices =
    Devices { unknown: "Unknown device", bot: "Bot", on: |browser, system| format!("{browser} on {system}") };
