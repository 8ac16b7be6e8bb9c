//! The form about an OAuth client: its fields, and how they are interpreted.

use maud::{Markup, html};

use crate::domain::audit::Act;
use crate::domain::error::{Error, Field};
use crate::domain::oauth::client::{AuthMethod, ClientMetadata, Grant};
use crate::domain::oauth::redirect_uri::RedirectUri;
use crate::domain::policy;
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::web::api::admin_clients::{checked, notified_uri, parsed_api, parsed_uris, scopes};
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::layout::admin::{AdminPage, List};
use crate::web::pages::layout::csrf_form::CsrfForm;
use crate::words::clients::{ClientFields, Clients, KindText};

/// The page of the form for a new client.
pub const NEW: &str = "/admin/clients/new";

pub async fn show_new(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let page = AdminPage::act(ctx, request, Act::CreateClient).await?;
    Ok(render_new(&page, &Values::default(), None))
}

/// The form for a new client, with the entered values.
pub fn render_new(page: &AdminPage<'_, impl Platform>, values: &Values, error: Option<&Error>) -> Response {
    let words = &page.words.clients;
    let form = html! {
        (fields(words, values, None))
        p { button type="submit" { (words.create) } }
    };
    page.respond(List::Clients, words.new, error, &html! { section { (page.form(NEW, &form)) } })
}

/// What an application is, in plain words: its grants, and whether it has a secret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    #[default]
    Website,
    App,
    Service,
    Api,
    /// What only the API can choose.
    Other,
}

impl Kind {
    const ALL: [Self; 5] = [Self::Website, Self::App, Self::Service, Self::Api, Self::Other];

    const fn word(self) -> &'static str {
        match self {
            Self::Website => "website",
            Self::App => "app",
            Self::Service => "service",
            Self::Api => "api",
            Self::Other => "other",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    pub fn of(client: &ClientMetadata) -> Self {
        let has_redirects = !client.redirect_uris.is_empty();
        let is_it = |kind: &Self| {
            let (method, grants) = kind.means(client.may(Grant::DeviceCode), has_redirects)?;
            let same = grants.len() == client.grants.len() && grants.iter().all(|grant| client.may(*grant));
            (method == client.auth_method && same).then_some(*kind)
        };
        Self::ALL.iter().find_map(is_it).unwrap_or(Self::Other)
    }

    /// How such a client authenticates itself, and its grants. One that signs users in on another device needs no redirect
    /// address. `None` for what stays as it is.
    fn means(self, with_device: bool, has_redirects: bool) -> Option<(AuthMethod, Vec<Grant>)> {
        let by_code = (has_redirects || !with_device).then_some(Grant::AuthorizationCode);
        let for_users =
            || by_code.into_iter().chain([Grant::RefreshToken]).chain(with_device.then_some(Grant::DeviceCode));
        match self {
            Self::Website => Some((AuthMethod::Secret, for_users().collect())),
            Self::App => Some((AuthMethod::None, for_users().collect())),
            Self::Service => Some((AuthMethod::Secret, vec![Grant::ClientCredentials])),
            Self::Api => Some((AuthMethod::Secret, Vec::new())),
            Self::Other => None,
        }
    }

    pub const fn text(self, words: &ClientFields) -> &KindText {
        let [website, app, service, api, other] = &words.kinds;
        match self {
            Self::Website => website,
            Self::App => app,
            Self::Service => service,
            Self::Api => api,
            Self::Other => other,
        }
    }
}

/// The values of the fields.
#[derive(Clone)]
pub struct Values {
    pub id: String,
    name: String,
    kind: Option<Kind>,
    redirect_uris: String,
    post_logout_redirect_uris: String,
    backchannel_logout_uri: String,
    scope: String,
    resource: String,
    resource_scopes: String,
    resource_open: bool,
    first_party: bool,
    device: bool,
    require_pkce: bool,
    id_token_claims: bool,
}

impl Default for Values {
    /// A new client.
    fn default() -> Self {
        Self {
            id: String::new(),
            name: String::new(),
            kind: Some(Kind::default()),
            redirect_uris: String::new(),
            post_logout_redirect_uris: String::new(),
            backchannel_logout_uri: String::new(),
            scope: policy::CLIENT_SCOPES.to_owned(),
            resource: String::new(),
            resource_scopes: String::new(),
            resource_open: false,
            first_party: false,
            device: false,
            require_pkce: true,
            id_token_claims: false,
        }
    }
}

impl Values {
    pub fn of(client: &ClientMetadata) -> Self {
        let lines = |uris: &[RedirectUri]| uris.iter().map(RedirectUri::as_str).collect::<Vec<_>>().join("\n");
        let api = client.api.as_ref();
        Self {
            id: String::new(),
            name: client.name.clone(),
            kind: Some(Kind::of(client)),
            redirect_uris: lines(&client.redirect_uris),
            post_logout_redirect_uris: lines(&client.post_logout_redirect_uris),
            backchannel_logout_uri: client
                .backchannel_logout_uri
                .as_ref()
                .map(|uri| uri.as_str().to_owned())
                .unwrap_or_default(),
            scope: client.scopes.to_string(),
            resource: api.map(|api| api.resource.to_string()).unwrap_or_default(),
            resource_scopes: api.map(|api| api.scopes.to_string()).unwrap_or_default(),
            resource_open: api.is_some_and(|api| api.open),
            first_party: client.first_party,
            device: client.may(Grant::DeviceCode),
            require_pkce: client.requires_pkce,
            id_token_claims: client.id_token_claims,
        }
    }

    pub fn typed(form: &CsrfForm) -> Self {
        let text = |field: Field| form.optional(field).trim().to_owned();
        let is_checked = |field: Field| !form.optional(field).is_empty();
        Self {
            id: text("client_id"),
            name: text("client_name"),
            kind: Kind::parse(form.optional("kind")),
            redirect_uris: text("redirect_uris"),
            post_logout_redirect_uris: text("post_logout_redirect_uris"),
            backchannel_logout_uri: text("backchannel_logout_uri"),
            scope: text("scope"),
            resource: text("resource"),
            resource_scopes: text("resource_scopes"),
            resource_open: is_checked("resource_open"),
            first_party: is_checked("first_party"),
            device: is_checked("device"),
            require_pkce: is_checked("require_pkce"),
            id_token_claims: is_checked("id_token_claims"),
        }
    }

    /// Whether the client keeps the grants that it has.
    pub fn keeps_grants(&self) -> bool {
        self.kind == Some(Kind::Other)
    }

    /// The client that they describe. `current` is the one that it replaces.
    pub fn metadata<P>(
        &self,
        ctx: &RequestContext<'_, P>,
        current: Option<&ClientMetadata>,
    ) -> Result<ClientMetadata, Error> {
        let redirect_uris = uris(&self.redirect_uris, "redirect_uris")?;
        let kind = self.kind.ok_or(Error::InvalidRequest(Some("kind")))?;
        let kept = || current.map(|client| (client.auth_method, client.grants.clone()));
        let means = kind.means(self.device, !redirect_uris.is_empty()).or_else(kept);
        let (auth_method, grants) = means.ok_or(Error::InvalidRequest(Some("kind")))?;
        let api_scopes = scopes(&self.resource_scopes, "resource_scopes")?;
        checked(ClientMetadata {
            name: self.name.clone(),
            auth_method,
            redirect_uris,
            post_logout_redirect_uris: uris(&self.post_logout_redirect_uris, "post_logout_redirect_uris")?,
            backchannel_logout_uri: notified_uri(ctx, &self.backchannel_logout_uri)?,
            grants,
            scopes: scopes(&self.scope, "scope")?,
            api: parsed_api(&self.resource, api_scopes, self.resource_open)?,
            first_party: self.first_party,
            requires_pkce: self.require_pkce,
            id_token_claims: self.id_token_claims,
            jwks: current.and_then(|client| client.jwks.clone()),
            id_token_algorithm: current.and_then(|client| client.id_token_algorithm),
        })
    }
}

/// One address a line.
fn uris(lines: &str, field: Field) -> Result<Vec<RedirectUri>, Error> {
    parsed_uris(lines.lines().map(str::trim).filter(|line| !line.is_empty()).collect(), field)
}

/// The fields of the form. `current` is the client that they change, if it is no new one.
pub fn fields(all: &Clients, values: &Values, current: Option<&ClientMetadata>) -> Markup {
    let words = &all.fields;
    let has_api = !values.resource.is_empty() || !values.resource_scopes.is_empty();
    html! {
        (kinds(words, values, current))
        (text("client_name", words.name, &values.name, Some(words.name_hint), true))
        @if current.is_none() { (text("client_id", words.id, &values.id, Some(words.id_hint), false)) }
        (lines("redirect_uris", words.redirect_uris, &values.redirect_uris, Some(words.redirect_uris_hint)))
        (text("scope", words.scope, &values.scope, Some(words.scope_hint), false))
        (check("first_party", words.first_party, values.first_party))
        details open[has_api] {
            summary { (words.api) }
            (text("resource", words.resource, &values.resource, Some(words.resource_hint), false))
            (text("resource_scopes", words.resource_scopes, &values.resource_scopes, None, false))
            (check("resource_open", words.resource_open, values.resource_open))
        }
        details {
            summary { (words.more) }
            (lines("post_logout_redirect_uris", words.post_logout_redirect_uris, &values.post_logout_redirect_uris, None))
            (text("backchannel_logout_uri", words.backchannel_logout_uri, &values.backchannel_logout_uri, Some(words.backchannel_logout_uri_hint), false))
            (check("device", words.device, values.device))
            (check("require_pkce", words.require_pkce, values.require_pkce))
            (check("id_token_claims", words.id_token_claims, values.id_token_claims))
        }
    }
}

/// What this form cannot choose is offered only to a client that has it.
fn kinds(words: &ClientFields, values: &Values, current: Option<&ClientMetadata>) -> Markup {
    let is_other = current.is_some_and(|client| Kind::of(client) == Kind::Other);
    html! {
        fieldset {
            legend { (words.kind) }
            @for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Other || is_other) {
                label class="choice" {
                    input type="radio" name="kind" value=(kind.word()) checked[values.kind == Some(kind)] required;
                    (kind.text(words).choice)
                }
            }
        }
    }
}

fn text(field: Field, label: &str, value: &str, hint: Option<&str>, required: bool) -> Markup {
    let hint_id = hint.map(|_| format!("{field}-hint"));
    html! {
        label for=(field) { (label) }
        input id=(field) name=(field) value=(value) autocomplete="off" autocapitalize="none" spellcheck="false"
              required[required] aria-describedby=[hint_id.as_deref()];
        @if let Some(hint) = hint { p class="hint" id=[hint_id.as_deref()] { (hint) } }
    }
}

fn lines(field: Field, label: &str, value: &str, hint: Option<&str>) -> Markup {
    let hint_id = hint.map(|_| format!("{field}-hint"));
    html! {
        label for=(field) { (label) }
        // A browser drops the first line break of the text.
        textarea id=(field) name=(field) rows="3" autocapitalize="none" spellcheck="false"
                 aria-describedby=[hint_id.as_deref()] { "\n" (value) }
        @if let Some(hint) = hint { p class="hint" id=[hint_id.as_deref()] { (hint) } }
    }
}

fn check(field: Field, label: &str, checked: bool) -> Markup {
    html! {
        label class="choice" {
            input type="checkbox" name=(field) value="yes" checked[checked];
            (label)
        }
    }
}
