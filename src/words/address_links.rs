//! `/account/email`, `/account/email/undo`.

pub struct AddressLinks {
    pub confirm_title: &'static str,
    pub only_if_yours: &'static str,
    pub account: &'static str,
    pub new_address: &'static str,
    pub confirm: &'static str,
    pub undo_title: &'static str,
    pub what_undoing_does: &'static str,
    /// The one that comes back.
    pub old_address: &'static str,
    pub undo: &'static str,
    /// Why a link does not work whose address another account has.
    pub given_away: &'static str,
}
