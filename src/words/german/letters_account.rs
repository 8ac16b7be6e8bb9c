//! German: what letters say about the account itself, and about keys to it.

use crate::words::letters::Text;

pub const ACCOUNT_EXISTS: Text = Text {
    subject: "Sie haben schon ein Konto bei {{.AppName}}",
    body: "\
Jemand, vielleicht Sie, wollte sich mit dieser Adresse bei {{.AppName}} registrieren, hat die Mail zum Freischalten \
angefordert oder wollte die Adresse für ein anderes Konto.

Zu dieser Adresse gibt es schon ein Konto, und es bleibt, wie es ist. Melden Sie sich damit an wie immer.

Wenn Sie das nicht waren, brauchen Sie nichts zu tun: Über Sie hat niemand etwas erfahren.",
    button: None,
};

pub const EMAIL_CHANGING: Text = Text {
    subject: "Bestätigen Sie Ihre neue Adresse bei {{.AppName}}",
    body: "\
Jemand, vermutlich Sie, möchte, dass ein Konto bei {{.AppName}} diese Adresse bekommt.

Öffnen Sie den Link und drücken Sie dort auf den Knopf, wenn das Konto Ihres ist; die Seite sagt, welches es ist. \
Angefordert von {{.Address}} aus. Der Link gilt einmal, bis {{.WorksUntil}}.
{{.Link}}

Wenn Sie das nicht waren, brauchen Sie nichts zu tun: Ohne den Link ändert sich nichts.",
    button: Some("Adresse bestätigen"),
};

pub const EMAIL_CHANGED: Text = Text {
    subject: "Ihr Konto bei {{.AppName}} hat jetzt eine andere Adresse",
    body: "\
Das Konto {{.Login}} bei {{.AppName}} hat seit {{.ChangedAt}} eine andere Adresse, und Mails dazu gehen dorthin. \
Bestätigt wurde die Änderung von {{.Address}} aus.

Wenn Sie das waren, brauchen Sie nichts zu tun.

Wenn nicht, holen Sie sich das Konto zurück. Der Link stellt diese Adresse wieder her, lässt Sie ein neues Passwort \
wählen und beendet jede Sitzung. Er gilt einmal, bis {{.WorksUntil}}, was auch immer bis dahin mit dem Konto geschieht.
{{.Link}}",
    button: Some("Konto zurückholen"),
};

pub const EMAIL_WENT_BACK: Text = Text {
    subject: "Ihr Konto bei {{.AppName}} hat wieder eine frühere Adresse",
    body: "\
Das Konto {{.Login}} bei {{.AppName}} hat seit {{.ChangedAt}} wieder eine Adresse, die es schon einmal hatte. E-Mails dazu \
gehen dorthin und nicht mehr hierher. Bestätigt wurde die Änderung von {{.Address}} aus.

Wenn Sie das waren, brauchen Sie nichts zu tun. Wenn nicht, wenden Sie sich an die Betreiber von {{.AppName}}: Von hier aus \
lässt sich die Änderung nicht rückgängig machen.",
    button: None,
};

pub const ACCOUNT_DELETED: Text = Text {
    subject: "Ihr Konto bei {{.AppName}} wurde gelöscht",
    body: "\
Das Konto mit dieser Adresse bei {{.AppName}} wurde am {{.DeletedAt}} von {{.Address}} aus gelöscht, und mit ihm alles, was \
dazu gehörte. Es lässt sich nicht wiederherstellen.

Sie können sich jederzeit neu registrieren.

Wenn Sie das nicht waren, kennt jemand anders Ihr Passwort oder liest Ihre Mail. Ändern Sie dieses Passwort überall, wo \
Sie es benutzen, und auch das dieses Postfachs.",
    button: None,
};

pub const ACCOUNT_DISABLED: Text = Text {
    subject: "Ihr Konto bei {{.AppName}} wurde gesperrt",
    body: "\
Ein Administrator von {{.AppName}} hat das Konto mit dieser Adresse am {{.ChangedAt}} gesperrt. Niemand kann sich damit \
anmelden, und alle Sitzungen des Kontos sind beendet.

Wenn Sie das für einen Irrtum halten, wenden Sie sich an die Betreiber von {{.AppName}}.",
    button: None,
};

pub const ACCOUNT_ENABLED: Text = Text {
    subject: "Ihr Konto bei {{.AppName}} ist wieder offen",
    body: "\
Ein Administrator von {{.AppName}} hat das Konto mit dieser Adresse am {{.ChangedAt}} entsperrt. Melden Sie sich an wie \
immer.",
    button: None,
};

pub const ROLE_CHANGED: Text = Text {
    subject: "Ihr Konto bei {{.AppName}} hat jetzt eine andere Rolle",
    body: "\
Ein Administrator von {{.AppName}} hat dem Konto mit dieser Adresse am {{.ChangedAt}} die Rolle „{{.Role}}“ gegeben. Alle \
seine Sitzungen sind beendet: Melden Sie sich neu an.

Wenn Sie das nicht erwartet haben, wenden Sie sich an die Betreiber von {{.AppName}}.",
    button: None,
};

pub const RESET_STARTED: Text = Text {
    subject: "Wählen Sie ein neues Passwort für {{.AppName}}",
    body: "\
Ein Administrator von {{.AppName}} bittet Sie, für das Konto mit dieser Adresse ein neues Passwort zu wählen. Das \
bisherige gilt nicht mehr, und alle Sitzungen des Kontos sind beendet.

Der Link gilt einmal, bis {{.WorksUntil}}. Danach geben Sie bei der Anmeldung an, dass Sie das Passwort vergessen haben, \
und Sie bekommen einen neuen.
{{.Link}}

Niemand außer Ihnen erfährt das Passwort, das Sie wählen, und niemand von uns wird Sie je danach fragen.",
    button: Some("Neues Passwort wählen"),
};

pub const TOKEN_CREATED: Text = Text {
    subject: "Ein neuer Schlüssel zu Ihrem Konto bei {{.AppName}}",
    body: "\
Für Ihr Konto bei {{.AppName}} wurde am {{.CreatedAt}} von {{.Address}} aus ein Schlüssel für Programme angelegt: {{.Key}}, \
gültig bis {{.WorksUntil}}. Wer ihn hat, kann in Ihrem Namen handeln.

Wenn Sie das waren, oder ein Programm von Ihnen, brauchen Sie nichts zu tun.

Wenn nicht, löschen Sie den Schlüssel und fordern Sie sofort ein neues Passwort an.",
    button: None,
};

pub const WITHHELD: Text = Text {
    subject: "Mehr Mails von {{.AppName}}, als wir in einer Stunde senden",
    body: "\
In der letzten Stunde waren für diese Adresse mehr Mails von {{.AppName}} fällig, als wir in einer Stunde senden: \
{{.What}}. Die ersten haben wir gesendet, die übrigen zurückgehalten.

Haben Sie selbst darum gebeten, dann tun Sie es jetzt noch einmal.

Wenn nicht, hat jemand anders Ihre Adresse immer wieder eingegeben. Sie brauchen nichts zu tun; über Sie hat dabei niemand \
etwas erfahren.",
    button: None,
};
