//! English: `/account/email`, `/account/email/undo`.

use crate::words::address_links::AddressLinks;

pub const ADDRESS_LINKS: AddressLinks = AddressLinks {
    confirm_title: "Confirm your new address",
    only_if_yours: "Confirm only if this account is yours. It has the new address then, and the old one is told.",
    account: "Account",
    new_address: "New address",
    confirm: "Confirm",
    undo_title: "Take your account back",
    what_undoing_does: "Your account gets its old address back, and every session, key and token ends. Whoever changed the address knew the password: choose one that you use nowhere else.",
    old_address: "Old address",
    undo: "Take it back",
    given_away: "The old address belongs to another account by now, and no two accounts can have the same one. If that account is yours, delete it: then this link works again, for as long as it would have.",
};
