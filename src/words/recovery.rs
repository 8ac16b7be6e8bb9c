//! `/account/recover`.

pub struct Recovery {
    pub forgotten: &'static str,
    pub type_address: &'static str,
    pub send: &'static str,
    /// Over the page of the link.
    pub choose: &'static str,
    pub what_it_does: &'static str,
    pub end_keys: &'static str,
    pub set: &'static str,
}
