//! The parameters of a request: each is given once at most, and an empty one counts as omitted (RFC 6749 §3.1, §3.2).

use crate::domain::oauth::refusal::{ErrorName, Refusal};

#[derive(Clone)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect())
    }

    /// Those of a body, each given once.
    pub fn checked(pairs: Vec<(String, String)>) -> Result<Self, Refusal> {
        let parameters = Self::new(pairs);
        parameters.check().map(|()| parameters)
    }

    /// The first value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value of a parameter that is given once.
    pub fn only(&self, name: &str) -> Option<&str> {
        let mut values = self.0.iter().filter(|(known, _)| known == name);
        match (values.next(), values.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    }

    /// Refuses parameters that are given twice. RFC 8707 §2 allows several resources; a token here is for one.
    pub fn check(&self) -> Result<(), Refusal> {
        let is_first = |place: usize, name: &str| self.0.iter().take(place).all(|(known, _)| known != name);
        match self.0.iter().enumerate().find(|(place, (name, _))| !is_first(*place, name)) {
            None => Ok(()),
            Some((_, (name, _))) if name == "resource" => {
                Err(Refusal::new(ErrorName::InvalidTarget, "A token is for one resource."))
            }
            Some(_) => Err(Refusal::invalid("A parameter is given twice.")),
        }
    }

    pub fn push(&mut self, name: &str, value: &str) {
        self.0.push((name.to_owned(), value.to_owned()));
    }

    /// All but some of them, as a query.
    pub fn query_without(&self, left_out: &[&str]) -> form_urlencoded::Serializer<'static, String> {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.0.iter().filter(|(name, _)| !left_out.contains(&name.as_str())));
        query
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&str, &str)]) -> Parameters {
        Parameters::new(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn a_parameter_given_twice_is_refused() {
        assert_eq!(of(&[("a", "1"), ("b", "1"), ("a", "")]).check(), Ok(()));
        assert_eq!(of(&[("a", "1"), ("a", "1")]).check().unwrap_err().name, ErrorName::InvalidRequest);
        assert_eq!(of(&[("resource", "1"), ("resource", "2")]).check().unwrap_err().name, ErrorName::InvalidTarget);
        assert_eq!(of(&[("a", "1"), ("a", "2")]).only("a"), None);
        assert_eq!(of(&[("a", "")]).only("a"), None);
    }

    #[test]
    fn a_query_leaves_out_what_is_not_wanted() {
        assert_eq!(
            of(&[("a", "1 &"), ("prompt", "login"), ("b", "é")]).query_without(&["prompt"]).finish(),
            "a=1+%26&b=%C3%A9"
        );
    }
}
