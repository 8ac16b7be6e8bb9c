//! German: signing in, registration and the links in emails.

use crate::words::sign_in::{Activation, Confirm, EmailLinks, Recovery, Register, SignIn};

pub const SIGN_IN: SignIn = SignIn {
    title: |app| format!("Bei {app} anmelden"),
    sign_in: "Anmelden",
    send_code: "Code zusenden",
    send_another: "Noch einen senden",
    code_sent: |email| format!("Wenn {email} hier ein Konto hat, ist ein Code dorthin unterwegs."),
    no_letter: "Die Mail ist nicht gekommen?",
    no_account: "Noch kein Konto?",
};

pub const REGISTER: Register = Register {
    title: |app| format!("Bei {app} registrieren"),
    register: "Registrieren",
    closed: "Hier kann sich niemand selbst registrieren. Bitten Sie den Betreiber dieses Dienstes um ein Konto.",
    domains: |domains| format!("Nur mit einer Adresse bei: {domains}"),
    have_account: "Sie haben schon ein Konto?",
};

pub const ACTIVATION: Activation = Activation {
    title: |app| format!("Konto bei {app} freischalten"),
    only_if_you: "Schalten Sie das Konto nur frei, wenn Sie sich selbst registriert haben. Es gilt das Passwort, das dabei gewählt wurde.",
    asked_at: "Registriert am",
    asked_from: "Von",
    name_taken: "Diesen Anmeldenamen hat inzwischen jemand anders. Wählen Sie einen anderen; alles Übrige bleibt, wie es ist.",
    why_password: "Geben Sie das Passwort ein, das Sie bei der Registrierung gewählt haben. Haben Sie keines gewählt, hat sich jemand anders mit Ihrer Adresse registriert: Verwerfen Sie die Registrierung weiter unten, und registrieren Sie sich selbst.",
    chosen_password: "Gewähltes Passwort",
    activate: "Freischalten",
    not_you: "Das war ich nicht",
    what_declining_does: "Dann wird aus dieser Registrierung kein Konto, und ihr Link funktioniert nicht mehr.",
    decline: "Registrierung verwerfen",
    look_into_mail: "Wenn Sie sich registrieren, senden wir Ihnen eine Mail mit einem Link, der das Konto freischaltet. Ist sie nicht angekommen, sehen Sie im Spam-Ordner nach, oder lassen Sie sie noch einmal senden.",
    send_again: "Noch einmal senden",
    too_old: "Ihr Link ist zu alt?",
    register: "Neu registrieren",
};

pub const RECOVERY: Recovery = Recovery {
    forgotten: "Passwort vergessen?",
    type_address: "Geben Sie die E-Mail-Adresse Ihres Kontos ein. Wir senden dorthin einen Link, mit dem Sie ein neues Passwort wählen.",
    send: "Link senden",
    choose: "Neues Passwort wählen",
    what_it_does: "Alle Sitzungen des Kontos werden beendet, und Sie melden sich mit dem neuen Passwort an.",
    end_keys: "Auch API-Schlüssel und Tokens beenden: Programme, die in Ihrem Namen arbeiten, hören damit auf",
    set: "Passwort setzen",
};

pub const EMAIL_LINKS: EmailLinks = EmailLinks {
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

pub const CONFIRM: Confirm = Confirm {
    title: "Sind Sie es?",
    why: |minutes| {
        format!(
            "Was jetzt kommt, ist nur für Sie, und Ihre Anmeldung ist eine Weile her. Weisen Sie sich noch einmal aus; das \
             gilt dann {minutes} Minuten lang."
        )
    },
    who: "Sie sind angemeldet als:",
    confirm: "Bestätigen",
    code_sent: "Ein Code ist unterwegs an:",
    with_password: "Mit dem Passwort bestätigen",
};
