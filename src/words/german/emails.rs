//! German: the texts of emails.

use crate::words::emails::{Emails, Fillings, Text};

pub const EMAILS: Emails = Emails {
    activation: ACTIVATION,
    account_exists: ACCOUNT_EXISTS,
    refresh_token_reused: REFRESH_TOKEN_REUSED,
    recovery: RECOVERY,
    code: CODE,
    password_changed: PASSWORD_CHANGED,
    new_place: NEW_PLACE,
    email_changing: EMAIL_CHANGING,
    email_changed: EMAIL_CHANGED,
    email_went_back: EMAIL_WENT_BACK,
    account_deleted: ACCOUNT_DELETED,
    account_disabled: ACCOUNT_DISABLED,
    account_enabled: ACCOUNT_ENABLED,
    role_changed: ROLE_CHANGED,
    reset_started: RESET_STARTED,
    token_created: TOKEN_CREATED,
    withheld: WITHHELD,
    fillings: FILLINGS,
};

const FILLINGS: Fillings = Fillings {
    unknown_address: "einer unbekannten Adresse",
    no_keys: "keine",
    older_keys: "und ältere",
    api_key: |shown| format!("API-Schlüssel {shown}"),
    private_token: |made_at| format!("privates Token vom {made_at}"),
    portal_token: |made_at| format!("Portal-Token vom {made_at}"),
    user: "Benutzer",
    admin: "Administrator",
    withheld: [
        "Links, die ein Konto freischalten",
        "Links, um ein neues Passwort zu wählen",
        "Einmalcodes",
        "Links, die eine Adresse bestätigen",
        "Hinweise zu Ihrem Konto",
    ],
};

pub const ACTIVATION: Text = Text {
    subject: "Schalten Sie Ihr Konto bei {{.AppName}} frei",
    body: "\
Jemand, vermutlich Sie, hat sich mit dieser Adresse bei {{.AppName}} registriert.

Öffnen Sie den Link und drücken Sie dort auf den Knopf, um das Konto freizuschalten. Tun Sie das nur, wenn Sie selbst \
darum gebeten haben: Es gilt das Passwort, das dabei gewählt wurde. Den Anmeldenamen zeigt die Seite.

Angefordert am {{.AskedAt}} von {{.Address}} aus. Der Link gilt bis {{.WorksUntil}}.
{{.Link}}

Wenn Sie das nicht waren, brauchen Sie nichts zu tun: Ohne den Link entsteht kein Konto.",
    button: Some("Konto freischalten"),
};

pub const RECOVERY: Text = Text {
    subject: "Wählen Sie ein neues Passwort für {{.AppName}}",
    body: "\
Jemand, vermutlich Sie, möchte für das Konto mit dieser Adresse bei {{.AppName}} ein neues Passwort wählen.

Angefordert von {{.Address}} aus. Der Link gilt einmal, bis {{.WorksUntil}}.
{{.Link}}

Wenn Sie das nicht waren, brauchen Sie nichts zu tun: Ihr Passwort bleibt, wie es ist.",
    button: Some("Neues Passwort wählen"),
};

pub const CODE: Text = Text {
    subject: "{{.Code}} ist Ihr Code für {{.AppName}}",
    body: "\
Ihr Code ist {{.Code}}.

Jemand, vermutlich Sie, hat ihn von {{.Address}} aus angefordert. Er gilt einmal, bis {{.WorksUntil}}.

Niemand von uns wird Sie je danach fragen. Wenn Sie das nicht waren, brauchen Sie nichts zu tun.",
    button: None,
};

pub const PASSWORD_CHANGED: Text = Text {
    subject: "Ihr Passwort für {{.AppName}} wurde geändert",
    body: "\
Das Passwort Ihres Kontos bei {{.AppName}} wurde am {{.ChangedAt}} von {{.Address}} aus geändert. Alle anderen Sitzungen \
sind beendet. Schlüssel für Programme, die weiter gelten: {{.Keys}}.

Wenn Sie das nicht waren, fordern Sie sofort ein neues Passwort an: Das beendet jede Sitzung.",
    button: None,
};

pub const NEW_PLACE: Text = Text {
    subject: "Anmeldung bei {{.AppName}} von einem neuen Ort",
    body: "\
Jemand, vermutlich Sie, hat sich mit Ihrem Konto bei {{.AppName}} von einem Ort angemeldet, von dem es in letzter Zeit \
nicht benutzt wurde: am {{.SignedInAt}} von {{.Address}} aus ({{.Device}}).

Wenn Sie das waren, brauchen Sie nichts zu tun.

Wenn nicht, fordern Sie sofort ein neues Passwort an: Das beendet jede Sitzung.",
    button: None,
};

pub const REFRESH_TOKEN_REUSED: Text = Text {
    subject: "Eine Ihrer Sitzungen bei {{.AppName}} wurde beendet",
    body: "\
Die Sitzung, die Sie am {{.SignedInAt}} begonnen haben ({{.Device}}), wurde auf eine Weise benutzt, die bedeuten kann, \
dass ihr Token kopiert wurde: Ein altes Token kam wieder, nachdem ein neueres es ersetzt hatte.

Wir haben diese Sitzung beendet. Wer ihre Tokens hat, kann nichts mehr damit anfangen.

Melden Sie sich dort, wo Sie sie benutzen, neu an. Wenn das noch einmal geschieht, ändern Sie Ihr Passwort.",
    button: None,
};

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
