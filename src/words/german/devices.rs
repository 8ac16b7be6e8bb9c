//! German: devices.

use crate::words::devices::Devices;

pub const DEVICES: Devices =
    Devices { unknown: "Unbekanntes Gerät", bot: "Bot", on: |browser, system| format!("{browser} unter {system}") };
