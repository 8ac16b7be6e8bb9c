//! Where in the world a request comes from, coarsely: enough to say "that was not me", too little to find anybody.

use std::fmt;
use std::sync::Arc;

use crate::domain::policy;

/// "Lyon, FR"; a region where no town is known, a country where no region is; empty if nothing is known. And who carries a
/// request from there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Location {
    name: String,
    country: Option<String>,
    asn: Option<u32>,
}

impl Location {
    /// From what Cloudflare says: a country as ISO 3166-1 has it, a region and a town by name.
    pub fn new(country: Option<&str>, region: Option<&str>, city: Option<&str>) -> Self {
        let [country, region, city] = [country, region, city].map(named);
        let country = country.filter(|code| code != UNKNOWN);
        let shown = country.clone().map(|code| if code == TOR { "Tor".into() } else { code });
        let parts: Vec<_> = city.or(region).into_iter().chain(shown).collect();
        Self { name: parts.join(", "), country, asn: None }
    }

    /// The same, by way of an autonomous system (RFC 1930).
    pub fn by_way_of(self, asn: Option<u32>) -> Self {
        Self { asn, ..self }
    }

    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// Who carries a request, and in which country: what a phone keeps while its address changes. `None` where that is not
    /// known, or says nothing of who it is.
    pub fn carrier(&self) -> Option<String> {
        let (country, asn) = (self.country.as_deref()?, self.asn?);
        (!self.is_shared()).then(|| format!("AS{asn} {country}"))
    }

    /// Whether who is there may be anybody.
    pub fn is_shared(&self) -> bool {
        self.country.as_deref() == Some(TOR) || self.asn.is_some_and(|asn| RELAYS.contains(&asn))
    }
}

/// Whose requests are those of other people: Cloudflare (Workers, WARP), and with it Akamai and Fastly, where Apple's Private
/// Relay comes out.
const RELAYS: [u32; 3] = [13335, 36183, 54113];

/// Tells a place when it is asked: reading it costs the runtime more than many an answer that does not need it.
#[derive(Clone, Default)]
pub struct LocationReader(Option<Arc<dyn Fn() -> Location + Send + Sync>>);

impl LocationReader {
    pub fn new(read: impl Fn() -> Location + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(read)))
    }

    pub fn read(&self) -> Location {
        self.0.as_ref().map(|read| read()).unwrap_or_default()
    }
}

impl fmt::Debug for LocationReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PlaceReader").finish_non_exhaustive()
    }
}

/// What Cloudflare calls the country of an address that has none, and of the Tor network.
const UNKNOWN: &str = "XX";
const TOR: &str = "T1";

/// A name fit for a table and a letter.
fn named(text: Option<&str>) -> Option<String> {
    let name: String = text?.chars().filter(|c| !c.is_control()).take(policy::PLACE_NAME_LIMIT).collect();
    let name = name.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(country: &str, region: &str, city: &str) -> String {
        Location::new(Some(country), Some(region), Some(city)).as_str().to_owned()
    }

    #[test]
    fn a_place_is_a_town_and_its_country_or_what_is_known_of_them() {
        assert_eq!(place("FR", "Auvergne-Rhône-Alpes", "Lyon"), "Lyon, FR");
        assert_eq!(place("FR", "Auvergne-Rhône-Alpes", ""), "Auvergne-Rhône-Alpes, FR");
        assert_eq!(place("FR", "", " "), "FR");
        assert_eq!(place("", "", "Lyon"), "Lyon");
        assert_eq!((place("XX", "", ""), place("T1", "", "")), (String::new(), "Tor".into()));
        assert_eq!(Location::new(None, None, None), Location::default());
    }

    #[test]
    fn a_name_is_bounded_and_one_line() {
        assert_eq!(place("FR\r\nBcc: x@y.com", "", "Ly\u{0}on"), "Lyon, FRBcc: x@y.com");
        assert!(place("FR", "", &"é".repeat(5000)).chars().count() < 200);
    }

    #[test]
    fn a_carrier_is_its_number_and_its_country() {
        let carrier = |country: &str, asn| Location::new(Some(country), None, None).by_way_of(asn).carrier();
        assert_eq!(carrier("DE", Some(3320)).unwrap(), "AS3320 DE");
        for (country, asn) in
            [("DE", None), ("XX", Some(3320)), ("", Some(3320)), ("T1", Some(3320)), ("US", Some(13335))]
        {
            assert_eq!(carrier(country, asn), None, "{country} {asn:?}");
        }
    }
}
