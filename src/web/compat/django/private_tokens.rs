//! The Django API: the short-lived token, and private tokens.

use http::StatusCode;
use http::header::HeaderName;
use serde::Serialize;

use crate::domain::accounts::login_name::Identifier;
use crate::domain::accounts::user::User;
use crate::domain::error::Error;
use crate::domain::field_error::FieldError;
use crate::domain::id::Id;
use crate::domain::policy;
use crate::domain::sessions::lifetimes::Lifetimes;
use crate::domain::timestamp::Timestamp;
use crate::domain::tokens::api_token::{self, ApiToken, TokenKind};
use crate::flows::authentication::access_tokens;
use crate::flows::authentication::credential::Credential;
use crate::flows::context::RequestContext;
use crate::flows::sign_in::login;
use crate::flows::tokens::{self, Maker, TokenOwner, TokenRequest};
use crate::ports::Platform;
use crate::store::token_lists::{Column, Order, Search};
use crate::store::tokens::Overview;
use crate::web::compat::django::fields::DrfFields;
use crate::web::http::credential;
use crate::web::http::request::{self, Request};
use crate::web::http::response::{self, Response};

/// The short-lived token always lives for an hour, whatever the settings say, and is not refreshed.
const SHORT: Lifetimes =
    Lifetimes { access: policy::SHORT_TOKEN_LIFETIME, refresh: None, session: policy::SHORT_TOKEN_LIFETIME };

#[derive(Serialize)]
struct SignedIn {
    id: Id<User>,
    username: String,
    email: String,
    /// The same token, under its older name.
    token_access: String,
    access_token: String,
    is_verified: bool,
}

pub async fn login(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let mut form = DrfFields::json(request)?;
    let (username, password) = (form.text("username"), form.secret("password"));
    let (username, password) = form.finish(username.zip(password))?;
    let (account, session) = login::login(ctx, &Identifier::parse(&username), &password, &SHORT, None).await?;
    let token = access_tokens::mint(ctx, &session, None).await?;
    let (id, email) = (account.id, account.email);
    // A user is always activated: a registration is not a user yet.
    let (username, is_verified) = (email.clone(), true);
    let signed_in = SignedIn { id, username, email, token_access: token.clone(), access_token: token, is_verified };
    Ok(response::json(StatusCode::OK, &signed_in))
}

#[derive(Serialize)]
struct Item {
    id: Id<ApiToken>,
    name: String,
    expiration_time: Option<Timestamp>,
}

impl From<Overview> for Item {
    fn from(token: Overview) -> Self {
        Self { id: token.id, name: token.name.unwrap_or_default(), expiration_time: token.expires_at }
    }
}

#[derive(Serialize)]
struct Created {
    #[serde(flatten)]
    item: Item,
    /// The token itself: shown once, and not stored.
    data: String,
}

pub async fn create(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let maker = Maker::authorize(ctx, &presented(ctx, request)?).await?;
    let (name, expires_at) = requested(ctx, request)?;
    let requested = TokenRequest { kind: TokenKind::Private, name: Some(&name), expires_at };
    let made = tokens::create(ctx, &maker, &requested).await?;
    let item = Item { id: made.id, name, expiration_time: Some(expires_at) };
    Ok(response::json(StatusCode::CREATED, &Created { item, data: made.value }))
}

/// The requested name and expiry.
fn requested<P>(ctx: &RequestContext<'_, P>, request: &Request) -> Result<(String, Timestamp), Error> {
    let mut form = DrfFields::json(request)?;
    let name = form.text("name");
    if name.as_deref().is_some_and(|name| !api_token::is_name(name)) {
        form.complain::<()>("name", FieldError::TooLong(policy::KEY_NAME_MAX_CHARS));
    }
    // A JWT has whole seconds only: one that expires within this second would have expired on arrival.
    let soonest = ctx.now.next_second();
    let expires_at = form.moment("expiration_time", (soonest, ctx.now + ctx.settings.api_tokens.max_lifetime));
    form.finish(name.zip(expires_at))
}

#[derive(Serialize)]
struct Page {
    count: u32,
    next: Option<String>,
    previous: Option<String>,
    results: Vec<Item>,
}

pub async fn list(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let owner = owner(ctx, request).await?;
    let parameter = |name| request::query_parameter(request, name).ok();
    let number = |name| parameter(name).map(|text| text.parse::<u32>().ok());
    let limit = number("page_size").flatten().filter(|size| *size > 0).unwrap_or(policy::TOKEN_PAGE);
    let limit = limit.min(policy::TOKEN_PAGE_MAX);
    let mut search = Search {
        words: parameter("q").as_deref().map(words).unwrap_or_default(),
        order: parameter("ordering").as_deref().map(order).unwrap_or_default(),
        limit,
        offset: 0,
    };
    let page = match parameter("page") {
        None => Some(1),
        Some(page) if page == "last" => Some(tokens::search(ctx, &owner, &search).await?.1.div_ceil(limit).max(1)),
        Some(page) => page.parse().ok().filter(|page| *page > 0),
    };
    let page = page.ok_or(Error::InvalidRequest(Some("page")))?;
    search.offset = (page - 1).saturating_mul(limit);
    let (found, count) = tokens::search(ctx, &owner, &search).await?;
    if found.is_empty() && page > 1 {
        return Err(Error::InvalidRequest(Some("page")));
    }
    let link = |page: u32| link(ctx, request, page);
    let next = (search.offset.saturating_add(limit) < count).then(|| link(page + 1));
    let previous = (page > 1).then(|| link(page - 1));
    let results = found.into_iter().map(Item::from).collect();
    Ok(response::json(StatusCode::OK, &Page { count, next, previous, results }))
}

/// The words of a search, separated by commas or white space. NUL separates too, because no name contains it.
fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '\0'));
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Terms separated by commas. Unknown ones are ignored, as in Django REST framework, and so are repeated columns.
fn order(terms: &str) -> Vec<Order> {
    let mut order: Vec<Order> = Vec::new();
    for term in terms.split(',').map(str::trim) {
        let (name, descending) = term.strip_prefix('-').map_or((term, false), |name| (name, true));
        let column = match name {
            "name" => Column::Name,
            "expiration_time" => Column::Expiry,
            "id" => Column::Id,
            _ => continue,
        };
        if order.iter().all(|known| known.column != column) {
            order.push(Order { column, descending });
        }
    }
    order
}

/// The URL of another page of the list. As in Django REST framework, the first has no `page` parameter.
fn link<P>(ctx: &RequestContext<'_, P>, request: &Request, page: u32) -> String {
    let query = request.uri().query().unwrap_or_default();
    let others = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "page");
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(others);
    if page > 1 {
        query.append_pair("page", &page.to_string());
    }
    let (path, query) = (request.uri().path(), query.finish());
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{}{path}{mark}{query}", ctx.settings.base_url)
}

pub async fn delete(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let owner = owner(ctx, request).await?;
    let id = request::last_segment(request).parse().ok();
    tokens::delete_own(ctx, &owner, id, TokenKind::Private).await?;
    Ok(response::empty(StatusCode::NO_CONTENT))
}

async fn owner(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<TokenOwner, Error> {
    TokenOwner::authorize(ctx, &presented(ctx, request)?).await
}

/// One of the vendor's pages misspells the header's name, and some clients copied it.
fn presented<P>(ctx: &RequestContext<'_, P>, request: &Request) -> Result<Credential, Error> {
    let misspelled = HeaderName::from_static("authentication");
    credential::spelled_otherwise(ctx, request, &misspelled)
}
