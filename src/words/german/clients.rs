//! German: the pages about OAuth clients.

use crate::words::admin::ActionText;
use crate::words::clients::{ClientFields, ClientSecret, Clients, KindText};

pub const CLIENTS: Clients = Clients {
    title: "Clients",
    about: "Anwendungen und Dienste, bei denen sich Benutzer über diesen Dienst anmelden, mit OAuth 2.1 und OpenID Connect.",
    none: "Es gibt noch keine Clients.",
    columns: ["Name", "Client-ID", "Art", "Status", "Erstellt"],
    new: "Client erstellen",
    create: "Client erstellen",
    details: "Client",
    created: "Erstellt",
    changed: "Geändert",
    settings: "Einstellungen",
    save: "Änderungen speichern",
    secret: ClientSecret {
        title: "Client-Secret",
        about: "Wir zeigen ein Secret einmal an und speichern es nicht. Ist es verloren, erstellen Sie ein neues.",
        previous_until: "Das vorige Secret gilt noch bis",
        overlap: "Wie lange das aktuelle Secret noch gilt",
        overlaps: ["Gar nicht", "1 Stunde", "1 Tag", "7 Tage"],
        rotate: "Neues Secret erstellen",
        end: ActionText {
            name: "Voriges Secret beenden …",
            effect: "Programme, die noch das vorige Secret verwenden, verlieren sofort den Zugriff.",
            button: "Voriges Secret beenden",
        },
        new: "Ihr neues Client-Secret",
        save_now: "Speichern Sie dieses Secret jetzt. Sie können es nicht noch einmal ansehen. Wenn Sie es verlieren, \
                   erstellen Sie ein neues.",
        done: "Client anzeigen",
    },
    actions: "Aktionen",
    disable: ActionText {
        name: "Client sperren …",
        effect: "Niemand kann sich mehr mit diesem Client anmelden, und er erhält keine neuen Tokens. Sie können ihn wieder \
                 entsperren.",
        button: "Client sperren",
    },
    enable: ActionText {
        name: "Client entsperren …",
        effect: "Benutzer können sich wieder mit diesem Client anmelden, und er erhält wieder Tokens.",
        button: "Client entsperren",
    },
    delete: ActionText {
        name: "Client löschen …",
        effect: "Das lässt sich nicht rückgängig machen. Haben sich Benutzer mit diesem Client angemeldet, sperren Sie ihn \
                 stattdessen.",
        button: "Client löschen",
    },
    fields: ClientFields {
        name: "Name",
        name_hint: "Benutzer sehen ihn, wenn sie sich anmelden.",
        kind: "Art der Anwendung",
        kinds: [
            KindText { name: "Website", choice: "Website mit einem Server, auf dem ein Secret sicher ist" },
            KindText { name: "App", choice: "Single-Page-App oder mobile App, ohne Secret" },
            KindText { name: "Dienst", choice: "Dienst, der für sich selbst handelt, ohne Benutzer" },
            KindText { name: "API", choice: "API, die nur Tokens entgegennimmt" },
            KindText { name: "Andere", choice: "Aktuelle Grant-Typen beibehalten" },
        ],
        id: "Client-ID (optional)",
        id_hint: "3 bis 64 Kleinbuchstaben, Ziffern und Bindestriche, anders als bei allen anderen Clients. Sie lässt sich \
                  später nicht ändern. Ohne Angabe bilden wir sie aus dem Namen.",
        redirect_uris: "Weiterleitungsadressen, eine pro Zeile",
        redirect_uris_hint: "Zu einer davon kehren Benutzer nach der Anmeldung zurück. Ein Dienst und eine API haben keine.",
        scope: "Scopes",
        scope_hint: "Was der Client anfordern darf, durch Leerzeichen getrennt.",
        first_party: "Von uns selbst (fragt Benutzer nie nach ihrer Zustimmung)",
        api: "API",
        resource: "API-Kennung",
        resource_hint: "Eine https-Adresse, die kein anderer Client hat. Tokens für diese API nennen sie.",
        resource_scopes: "Scopes der API",
        resource_open: "Auch Clients, die niemand registriert hat, dürfen sie verwenden",
        more: "Weitere Einstellungen",
        post_logout_redirect_uris: "Adressen nach der Abmeldung, eine pro Zeile",
        backchannel_logout_uri: "Adresse für beendete Sitzungen",
        backchannel_logout_uri_hint: "Eine https-Adresse des Clients. Wir senden ihr ein Logout-Token, wenn eine seiner Sitzungen endet.",
        device: "Benutzer dürfen sich mit einem Code auf einem anderen Gerät anmelden",
        require_pkce: "PKCE verlangen (nur eine Website kommt ohne aus)",
        id_token_claims: "Profil und E-Mail-Adresse in ID-Tokens aufnehmen",
    },
};
