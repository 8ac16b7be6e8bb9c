//! The location of a request, coarsely: enough to say "that was not me", too little to find a person.

use std::fmt;
use std::sync::Arc;

use crate::domain::policy;

/// "Lyon, FR"; the region if no town is known, the country if no region is; empty if nothing is known. And the network
/// operator of the request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Location {
    name: String,
    country: Option<String>,
    asn: Option<u32>,
}

impl Location {
    /// From Cloudflare's data: an ISO 3166-1 country code, the names of region and town.
    pub fn new(country: Option<&str>, region: Option<&str>, city: Option<&str>) -> Self {
        let [country, region, city] = [country, region, city].map(named);
        let country = country.filter(|code| code != UNKNOWN);
        let shown = country.clone().map(|code| if code == TOR { "Tor".into() } else { code });
        let parts: Vec<_> = city.or(region).into_iter().chain(shown).collect();
        Self { name: parts.join(", "), country, asn: None }
    }

    /// The same, with an autonomous system number (RFC 1930).
    pub fn by_way_of(self, asn: Option<u32>) -> Self {
        Self { asn, ..self }
    }

    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// The network operator and the country, which a phone keeps while its address changes. `None` where either is unknown,
    /// or the network is shared.
    pub fn carrier(&self) -> Option<String> {
        let (country, asn) = (self.country.as_deref()?, self.asn?);
        (!self.is_shared()).then(|| format!("AS{asn} {country}"))
    }

    /// Whether unrelated people share it.
    pub fn is_shared(&self) -> bool {
        self.country.as_deref() == Some(TOR) || self.asn.is_some_and(|asn| RELAYS.contains(&asn))
    }
}

/// Networks that relay other people's requests: Cloudflare (Workers, WARP), and Akamai and Fastly, which like Cloudflare are
/// exits of Apple's Private Relay.
const RELAYS: [u32; 3] = [13335, 36183, 54113];

/// Reads the location on demand: reading it costs the runtime more than many responses that do not need it.
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

/// Cloudflare's country codes for an address without a country, and for the Tor network.
const UNKNOWN: &str = "XX";
const TOR: &str = "T1";

/// A name fit for a table and an email.
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
