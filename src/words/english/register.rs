//! English: `/account/register`.

use crate::words::register::Register;

pub const REGISTER: Register = Register {
    title: |app| format!("Register at {app}"),
    register: "Register",
    closed: "New accounts are not given out here. Ask whoever runs this service for one.",
    domains: |domains| format!("Only with an address at: {domains}"),
    have_account: "Already have an account?",
};
