//! The parameters of a page, and the links between the pages of a long list.

use maud::{Markup, html};

use crate::web::http::request::{self, Request};
use crate::words::admin::Admin as Words;

const CURSOR: &str = "cursor";

/// The parameters of a URL, as entered.
pub struct Query(Vec<(String, String)>);

impl Query {
    pub fn of(request: &Request) -> Self {
        Self(request::query(request))
    }

    /// Empty if it is missing.
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// Links to the first page, from any other, and to the next, if there is one. Both keep the filters.
    pub fn links(&self, words: &Words, path: &str, next: Option<&str>) -> Markup {
        html! {
            p class="row" {
                @if !self.text(CURSOR).is_empty() { a href=(self.leading_to(path, None)) { (words.first_page) } }
                @if next.is_some() { a rel="next" href=(self.leading_to(path, next)) { (words.next_page) } }
            }
        }
    }

    fn leading_to(&self, path: &str, cursor: Option<&str>) -> String {
        let asked = self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let conditions = asked.filter(|(name, value)| *name != CURSOR && !value.is_empty());
        let all = conditions.chain(cursor.map(|cursor| (CURSOR, cursor)));
        format!("{path}?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(all).finish())
    }
}
