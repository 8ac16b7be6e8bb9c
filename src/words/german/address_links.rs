//! German: `/account/email`, `/account/email/undo`.

use crate::words::address_links::AddressLinks;

pub const ADDRESS_LINKS: AddressLinks = AddressLinks {
    confirm_title: "Neue Adresse bestätigen",
    only_if_yours: "Bestätigen Sie nur, wenn dieses Konto Ihres ist. Es hat dann die neue Adresse, und die bisherige wird benachrichtigt.",
    account: "Konto",
    new_address: "Neue Adresse",
    confirm: "Bestätigen",
    undo_title: "Konto zurückholen",
    what_undoing_does: "Ihr Konto bekommt seine alte Adresse zurück, und alle Sitzungen, Schlüssel und Tokens werden beendet. Wer die Adresse geändert hat, kannte das Passwort: Wählen Sie eines, das Sie nirgends sonst benutzen.",
    old_address: "Alte Adresse",
    undo: "Zurückholen",
    given_away: "Die alte Adresse gehört inzwischen zu einem anderen Konto, und zwei Konten können nicht dieselbe haben. Wenn jenes Konto Ihres ist, löschen Sie es: Dann gilt dieser Link wieder, solange er ohnehin gegolten hätte.",
};
