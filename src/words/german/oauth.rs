//! German: pages on which a user allows an application to use their account.

use crate::words::oauth::{Applications, Consent, DeviceSignIn, FormPost, Logout, ScopeTexts};

pub const CONSENT: Consent = Consent {
    title: |name| format!("Bei {name} anmelden"),
    signed_in_as: "Sie sind angemeldet als",
    other_account: "Ein anderes Konto verwenden",
    may: "Diese Anwendung möchte:",
    at: "Für die Schnittstelle",
    scopes: ScopeTexts {
        openid: "Sie wiedererkennen, wenn Sie zurückkommen",
        profile: "Ihren Benutzernamen und Ihre Sprache sehen",
        email: "Ihre E-Mail-Adresse sehen",
        role: "sehen, ob Sie Administrator sind",
        offline_access: "diesen Zugriff auch in Ihrer Abwesenheit behalten, bis Sie ihn entfernen",
    },
    sent_to: "Danach werden Sie weitergeleitet zu",
    sent_to_device: "Danach werden Sie zu einem Programm auf diesem Gerät weitergeleitet.",
    sent_to_app: "Danach werden Sie zu einer App auf diesem Gerät weitergeleitet. Ihre Adresse beginnt mit",
    registered: "Ein Administrator dieser Website hat die Anwendung registriert am",
    describes_itself: "Diese Anwendung hat hier niemand registriert. Sie beschreibt sich selbst unter",
    registered_itself: "Diese Anwendung hat sich selbst registriert.",
    unchecked: "Niemand von dieser Website hat sie geprüft, und ihren Namen hat sie selbst gewählt.",
    beware: "Fahren Sie nur fort, wenn Sie die Anwendung gerade selbst gestartet haben.",
    allow: "Erlauben",
    deny: "Nicht erlauben",
    remove_later: "Sie können diesen Zugriff jederzeit auf der Seite „Anwendungen“ Ihres Kontos entfernen.",
};

pub const APPLICATIONS: Applications = Applications {
    title: "Anwendungen",
    what_they_are: "Diese Anwendungen haben Zugriff auf Ihr Konto.",
    none: "Keine Anwendung hat Zugriff auf Ihr Konto.",
    since: "Seit",
    last_used: "Zuletzt verwendet",
    remove: "Zugriff entfernen",
    what_ends: "Eine Anwendung ohne Zugriff muss Sie erneut fragen. Was sie schon über Sie weiß, behält sie möglicherweise.",
};

pub const DEVICE: DeviceSignIn = DeviceSignIn {
    title: "Gerät anmelden",
    what: "Geben Sie den Code ein, den Ihr Fernseher, Ihr Terminal oder ein anderes Gerät anzeigt. Das Gerät wird dann bei Ihrem \
           Konto angemeldet.",
    code: "Code auf dem Gerät",
    form: "Acht Buchstaben, zum Beispiel WDJB-MJHT.",
    compare: "Vergleichen Sie diesen Code mit dem auf Ihrem Gerät. Fahren Sie nur fort, wenn beide gleich sind.",
    warning: "Geben Sie nie einen Code ein, den Ihnen jemand geschickt hat: Sie würden dieser Person Zugriff auf Ihr Konto geben.",
    go_on: "Weiter",
    consent_title: |name| format!("Gerät bei {name} anmelden"),
    yours: "Melden Sie dieses Gerät nur an, wenn es Ihnen gehört und Sie es vor sich haben. Wenn Ihnen jemand den Code geschickt hat, \
            würden Sie dieser Person Zugriff auf Ihr Konto geben.",
    program: "Gerät",
    place: "Ort",
    asked_at: "Angefordert",
    approve: "Gerät anmelden",
};

pub const FORM_POST: FormPost = FormPost {
    title: |host| format!("Weiter zu {host}"),
    press: "Sie werden zur Anwendung zurückgeleitet. Wenn nichts geschieht, klicken Sie auf die Schaltfläche.",
    go_on: "Weiter",
};

pub const LOGOUT: Logout = Logout {
    title: "Abmelden?",
    what_ends: "Auch Anwendungen, bei denen Sie sich in diesem Browser angemeldet haben, verlieren den Zugriff auf Ihr Konto, sofern sie ihn nicht in Ihrer Abwesenheit behalten dürfen.",
    stay: "Angemeldet bleiben",
    done: "Sie sind abgemeldet",
    sign_in: "Anmelden",
};
