//! German: what letters say about signing in.

use crate::words::letters::Text;

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
