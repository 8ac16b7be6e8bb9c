//! German: the texts of emails.

use crate::words::emails::{Emails, Fillings, Text};

pub const EMAILS: Emails = Emails {
    activation: Text {
        subject: "Aktivieren Sie Ihr Konto bei {{.AppName}}",
        body: "\
Jemand, vermutlich Sie, hat sich mit dieser E-Mail-Adresse bei {{.AppName}} registriert.

Um das Konto zu aktivieren, öffnen Sie den Link und bestätigen Sie auf der Seite. Tun Sie das nur, wenn Sie sich selbst \
registriert haben: Es gilt das Passwort, das bei der Registrierung gewählt wurde, falls es eines gibt. Die Seite zeigt den \
Benutzernamen.

Angefordert am {{.AskedAt}} von {{.Address}} aus. Der Link gilt bis {{.WorksUntil}}.
{{.Link}}

Wenn Sie das nicht waren, müssen Sie nichts tun. Ohne den Link wird kein Konto erstellt.",
        button: Some("Konto aktivieren"),
    },
    account_exists: Text {
        subject: "Sie haben schon ein Konto bei {{.AppName}}",
        body: "\
Jemand, vielleicht Sie, wollte sich mit dieser E-Mail-Adresse bei {{.AppName}} registrieren, hat eine Aktivierungs-E-Mail \
dafür angefordert oder wollte sie für ein anderes Konto verwenden.

Zu dieser Adresse gibt es schon ein Konto, und es wurde nicht verändert. Melden Sie sich damit wie gewohnt an.

Wenn Sie das nicht waren, müssen Sie nichts tun. Wir haben nicht verraten, dass Sie ein Konto haben.",
        button: None,
    },
    refresh_token_reused: Text {
        subject: "Wir haben eine Ihrer Sitzungen bei {{.AppName}} beendet",
        body: "\
Wir haben die Sitzung beendet, die am {{.SignedInAt}} begonnen hat ({{.Device}}), weil möglicherweise jemand eines ihrer Tokens \
kopiert hat: Ein altes Token wurde verwendet, nachdem es durch ein neueres ersetzt worden war.

Die Tokens dieser Sitzung gelten nicht mehr.

Wenn das Gerät Ihnen gehört, melden Sie sich dort neu an. Wenn das öfter geschieht, ändern Sie Ihr Passwort.",
        button: None,
    },
    recovery: Text {
        subject: "Wählen Sie ein neues Passwort für {{.AppName}}",
        body: "\
Jemand, vermutlich Sie, möchte für das Konto mit dieser E-Mail-Adresse bei {{.AppName}} ein neues Passwort wählen.

Angefordert von {{.Address}} aus. Der Link gilt einmal, bis {{.WorksUntil}}.
{{.Link}}

Wenn Sie das nicht waren, müssen Sie nichts tun. Ihr Passwort bleibt unverändert.",
        button: Some("Neues Passwort wählen"),
    },
    code: Text {
        subject: "{{.Code}} ist Ihr Code für {{.AppName}}",
        body: "\
Ihr Code ist {{.Code}}.

Jemand, vermutlich Sie, hat ihn von {{.Address}} aus angefordert. Er gilt einmal, bis {{.WorksUntil}}.

Geben Sie diesen Code nicht weiter. Wir werden Sie nie danach fragen. Wenn Sie das nicht waren, müssen Sie nichts tun.",
        button: None,
    },
    password_changed: Text {
        subject: "Ihr Passwort für {{.AppName}} wurde geändert",
        body: "\
Das Passwort Ihres Kontos bei {{.AppName}} wurde am {{.ChangedAt}} von {{.Address}} aus geändert. Alle anderen Sitzungen \
wurden beendet. Schlüssel für Programme, die weiter gelten: {{.Keys}}.

Wenn Sie das nicht waren, setzen Sie Ihr Passwort sofort zurück. Damit beenden Sie alle Sitzungen. Entfernen Sie danach auf der \
Seite „Sicherheit“, was Sie nicht selbst hinzugefügt haben.",
        button: None,
    },
    new_place: Text {
        subject: "Neue Anmeldung bei Ihrem Konto bei {{.AppName}}",
        body: "\
Jemand, vermutlich Sie, hat sich von einem neuen Ort aus bei Ihrem Konto bei {{.AppName}} angemeldet: am {{.SignedInAt}} von \
{{.Address}} aus ({{.Device}}).

Wenn Sie das waren, müssen Sie nichts tun.

Wenn Sie das nicht waren, setzen Sie Ihr Passwort sofort zurück. Damit beenden Sie alle Sitzungen.",
        button: None,
    },
    email_changing: Text {
        subject: "Bestätigen Sie Ihre neue E-Mail-Adresse für {{.AppName}}",
        body: "\
Jemand, vermutlich Sie, möchte diese E-Mail-Adresse für ein Konto bei {{.AppName}} verwenden.

Wenn das Konto Ihnen gehört, öffnen Sie den Link und bestätigen Sie auf der Seite, die das Konto zeigt. Angefordert von \
{{.Address}} aus. Der Link gilt einmal, bis {{.WorksUntil}}.
{{.Link}}

Wenn Sie das nicht waren, müssen Sie nichts tun. Ohne den Link ändert sich nichts.",
        button: Some("E-Mail-Adresse bestätigen"),
    },
    email_changed: Text {
        subject: "Die E-Mail-Adresse Ihres Kontos bei {{.AppName}} wurde geändert",
        body: "\
Die E-Mail-Adresse des Kontos {{.Login}} bei {{.AppName}} wurde am {{.ChangedAt}} geändert. E-Mails zu diesem Konto senden \
wir jetzt an die neue Adresse. Die Änderung wurde von {{.Address}} aus bestätigt.

Wenn Sie das waren, müssen Sie nichts tun.

Wenn Sie das nicht waren, stellen Sie Ihr Konto wieder her. Der Link setzt diese Adresse wieder ein, lässt Sie ein neues \
Passwort wählen und beendet alle Sitzungen. Er gilt einmal, bis {{.WorksUntil}}, auch wenn das Konto noch einmal geändert \
wird.
{{.Link}}",
        button: Some("Konto wiederherstellen"),
    },
    email_went_back: Text {
        subject: "Ihr Konto bei {{.AppName}} verwendet wieder eine frühere E-Mail-Adresse",
        body: "\
Die E-Mail-Adresse des Kontos {{.Login}} bei {{.AppName}} wurde am {{.ChangedAt}} auf eine frühere Adresse zurückgesetzt. \
E-Mails zu diesem Konto senden wir nicht mehr an diese Adresse. Die Änderung wurde von {{.Address}} aus bestätigt.

Wenn Sie das waren, müssen Sie nichts tun. Wenn Sie das nicht waren, wenden Sie sich an die Betreiber von {{.AppName}}: Von \
dieser Adresse aus können Sie die Änderung nicht rückgängig machen.",
        button: None,
    },
    factor_added: Text {
        subject: "Ihre Anmeldung bei {{.AppName}} wurde ergänzt",
        body: "\
Die Anmeldung bei Ihrem Konto bei {{.AppName}} wurde am {{.ChangedAt}} von {{.Address}} aus ergänzt, und zwar um: {{.Factor}}.

Wenn Sie das waren, müssen Sie nichts tun.

Wenn Sie das nicht waren, hat jemand anderes Ihr Konto verwendet. Setzen Sie Ihr Passwort sofort zurück. Entfernen Sie danach \
auf der Seite „Sicherheit“, was Sie nicht selbst hinzugefügt haben.

Wenn Sie sich nicht mehr anmelden können, stellen Sie Ihr Konto wieder her. Der Link schaltet die Anmeldung in zwei Schritten \
ab, entfernt alle Passkeys, Sicherheitsschlüssel und Wiederherstellungscodes, trennt Konten bei anderen Anbietern, lässt Sie \
ein neues Passwort wählen und beendet alle Sitzungen. Er gilt einmal, bis {{.WorksUntil}}, auch wenn das Konto noch einmal geändert wird.
{{.Link}}",
        button: Some("Konto wiederherstellen"),
    },
    factor_removed: Text {
        subject: "Von Ihrer Anmeldung bei {{.AppName}} wurde etwas entfernt",
        body: "\
Von der Anmeldung bei Ihrem Konto bei {{.AppName}} wurde am {{.ChangedAt}} von {{.Address}} aus entfernt: {{.Factor}}.

Wenn Sie das waren, müssen Sie nichts tun.

Wenn Sie das nicht waren, hat jemand anderes Ihr Konto verwendet. Setzen Sie Ihr Passwort sofort zurück.",
        button: None,
    },
    account_deleted: Text {
        subject: "Ihr Konto bei {{.AppName}} wurde gelöscht",
        body: "\
Das Konto mit dieser E-Mail-Adresse bei {{.AppName}} wurde am {{.DeletedAt}} von {{.Address}} aus gelöscht, zusammen mit \
allem, was dazugehörte. Es lässt sich nicht wiederherstellen.

Sie können sich jederzeit neu registrieren.

Wenn Sie das nicht waren, kennt jemand anderes Ihr Passwort oder kann Ihre E-Mails lesen. Ändern Sie dieses Passwort überall, \
wo Sie es verwenden, und ändern Sie auch das Passwort Ihres Postfachs.",
        button: None,
    },
    account_disabled: Text {
        subject: "Ihr Konto bei {{.AppName}} wurde gesperrt",
        body: "\
Ein Administrator von {{.AppName}} hat das Konto mit dieser E-Mail-Adresse am {{.ChangedAt}} gesperrt. Sie können sich nicht \
mehr damit anmelden, und alle Sitzungen wurden beendet.

Wenn Sie das für einen Irrtum halten, wenden Sie sich an die Betreiber von {{.AppName}}.",
        button: None,
    },
    account_enabled: Text {
        subject: "Ihr Konto bei {{.AppName}} wurde entsperrt",
        body: "\
Ein Administrator von {{.AppName}} hat das Konto mit dieser E-Mail-Adresse am {{.ChangedAt}} entsperrt. Sie können sich wie \
gewohnt anmelden.",
        button: None,
    },
    role_changed: Text {
        subject: "Die Rolle Ihres Kontos bei {{.AppName}} wurde geändert",
        body: "\
Ein Administrator von {{.AppName}} hat dem Konto mit dieser E-Mail-Adresse am {{.ChangedAt}} die Rolle „{{.Role}}“ gegeben. \
Alle Sitzungen wurden beendet. Bitte melden Sie sich neu an.

Wenn Sie das nicht erwartet haben, wenden Sie sich an die Betreiber von {{.AppName}}.",
        button: None,
    },
    reset_started: Text {
        subject: "Wählen Sie ein neues Passwort für {{.AppName}}",
        body: "\
Ein Administrator von {{.AppName}} bittet Sie, für das Konto mit dieser E-Mail-Adresse ein neues Passwort zu wählen. Ihr \
bisheriges Passwort gilt nicht mehr, und alle Sitzungen wurden beendet.

Der Link gilt einmal, bis {{.WorksUntil}}. Danach erhalten Sie auf der Anmeldeseite unter „Passwort vergessen?“ einen neuen.
{{.Link}}

Nur Sie kennen das Passwort, das Sie wählen. Wir werden Sie nie danach fragen.",
        button: Some("Neues Passwort wählen"),
    },
    factors_reset: Text {
        subject: "Die Anmeldung in zwei Schritten bei {{.AppName}} wurde zurückgesetzt",
        body: "\
Ein Administrator von {{.AppName}} hat das Konto mit dieser E-Mail-Adresse am {{.ChangedAt}} zurückgesetzt: Die Anmeldung in \
zwei Schritten ist ausgeschaltet, und alle Passkeys, Sicherheitsschlüssel, Wiederherstellungscodes und verbundenen Konten bei \
anderen Anbietern wurden entfernt. Alle Sitzungen wurden beendet.

Melden Sie sich mit Ihrem Passwort an und schalten Sie die Anmeldung in zwei Schritten auf der Seite „Sicherheit“ wieder ein. \
Wenn Sie kein Passwort haben, setzen Sie es zuerst zurück.

Wenn Sie nicht darum gebeten haben, wenden Sie sich an die Betreiber von {{.AppName}}.",
        button: None,
    },
    token_created: Text {
        subject: "Ein neuer Schlüssel für Ihr Konto bei {{.AppName}}",
        body: "\
Für Ihr Konto bei {{.AppName}} wurde am {{.CreatedAt}} von {{.Address}} aus ein Schlüssel für Programme erstellt: {{.Key}}, \
gültig bis {{.WorksUntil}}. Wer ihn hat, kann in Ihrem Namen handeln.

Wenn Sie oder eines Ihrer Programme das waren, müssen Sie nichts tun.

Wenn Sie das nicht waren, löschen Sie den Schlüssel und setzen Sie Ihr Passwort sofort zurück.",
        button: None,
    },
    recovery_code_used: Text {
        subject: "Ein Wiederherstellungscode für {{.AppName}} wurde verwendet",
        body: "\
Ein Wiederherstellungscode Ihres Kontos bei {{.AppName}} wurde als zweiter Schritt einer Anmeldung verwendet: {{.UsedAt}}, \
{{.Address}}. Dieser Code funktioniert nicht mehr. Noch nicht verwendete Codes: {{.Left}}.

Wenn Sie das waren, erstellen Sie auf Ihrer Kontoseite neue Wiederherstellungscodes. Wenn Sie das Gerät mit Ihrer \
Authenticator-App oder Ihren Sicherheitsschlüssel verloren haben, entfernen Sie dort auch dieses.

Wenn Sie das nicht waren, kennt jemand Ihr Passwort und einen Ihrer Codes. Wählen Sie jetzt ein neues Passwort und erstellen \
Sie neue Wiederherstellungscodes.",
        button: None,
    },
    passkey_counter: Text {
        subject: "Eine Anmeldung mit einem Passkey wurde abgelehnt",
        body: "\
Jemand wollte sich mit einem Ihrer Passkeys oder Sicherheitsschlüssel bei Ihrem Konto bei {{.AppName}} anmelden: {{.TriedAt}}, \
{{.Address}}, {{.Device}}. Wir haben das abgelehnt, weil der Zähler dieses Schlüssels nicht wie erwartet war. Vielleicht gibt es \
davon eine Kopie.

Wenn Sie das waren und es noch einmal vorkommt, entfernen Sie diesen Schlüssel auf Ihrer Kontoseite und fügen Sie ihn neu hinzu.

Wenn Sie das nicht waren, entfernen Sie diesen Schlüssel sofort.",
        button: None,
    },
    password_removed: Text {
        subject: "Ihr Passwort für {{.AppName}} wurde entfernt",
        body: "\
Das Passwort Ihres Kontos bei {{.AppName}} wurde entfernt: {{.ChangedAt}}, {{.Address}}. Sie melden sich jetzt mit Ihrem Passkey \
an. Alle anderen Geräte wurden abgemeldet.

Wenn Sie das waren, müssen Sie nichts tun.

Wenn Sie das nicht waren, hat jemand Zugriff auf Ihr Konto. Wählen Sie auf der Anmeldeseite „Passwort vergessen?“ und setzen Sie \
sofort ein neues Passwort. Entfernen Sie danach auf der Seite „Sicherheit“ die Passkeys, die Sie nicht hinzugefügt haben.",
        button: None,
    },
    device_signed_in: Text {
        subject: "Bei Ihrem Konto für {{.AppName}} wurde ein Gerät angemeldet",
        body: "\
Bei Ihrem Konto bei {{.AppName}} wurde ein Gerät angemeldet: {{.ApprovedAt}}, Anwendung {{.Client}}, {{.Device}}, {{.Address}}. Der \
Code, den das Gerät angezeigt hat, wurde in einer Ihrer Sitzungen eingegeben und dort erlaubt.

Wenn Sie das waren und das Gerät Ihnen gehört, müssen Sie nichts tun.

Wenn es nicht Ihr Gerät ist, etwa weil Ihnen jemand den Code geschickt hat, beenden Sie jetzt auf Ihrer Kontoseite dessen Sitzung. \
Wenn Sie gar keinen Code eingegeben haben, ändern Sie auch Ihr Passwort.",
        button: None,
    },
    withheld: Text {
        subject: "Einige E-Mails von {{.AppName}} wurden nicht gesendet",
        body: "\
In der letzten Stunde wurden für diese Adresse mehr E-Mails von {{.AppName}} angefordert, als wir in einer Stunde senden: \
{{.What}}. Die ersten haben wir gesendet, die übrigen haben wir zurückgehalten.

Wenn Sie eine davon angefordert haben, fordern Sie sie bitte jetzt noch einmal an.

Wenn Sie das nicht waren, hat jemand anderes Ihre E-Mail-Adresse wiederholt eingegeben. Sie müssen nichts tun. Wir haben \
nichts über Sie verraten.",
        button: None,
    },
    fillings: Fillings {
        unknown_address: "einer unbekannten Adresse",
        no_keys: "keine",
        older_keys: "und ältere",
        user: "Benutzer",
        admin: "Administrator",
        factors: ["Authenticator-App", "neue Wiederherstellungscodes", "Passkey", "Sicherheitsschlüssel", "Anmeldung bei einem anderen Anbieter"],
        withheld: [
            "Links zum Aktivieren eines Kontos",
            "Links zum Wählen eines neuen Passworts",
            "Einmalcodes",
            "Links zum Bestätigen einer Adresse",
            "Hinweise zu Ihrem Konto",
        ],
    },
};
