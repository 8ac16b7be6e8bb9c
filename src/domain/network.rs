//! Networks: what of a visitor's address is counted and remembered.

use std::net::{IpAddr, Ipv6Addr};

/// An IPv4 address, or the /64 of an IPv6 one: a household is given that much at least, and whoever has it has 2^64
/// addresses to come from. What is no address is a network of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network(String);

impl Network {
    pub fn of(address: &str) -> Self {
        let Ok(address) = address.parse::<IpAddr>() else {
            return Self(String::new());
        };
        Self(match address.to_canonical() {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
        })
    }

    /// Cloudflare gives every request of one customer's Worker to another's this network: who is there may be anybody.
    pub fn is_shared(&self) -> bool {
        self.0 == "2a06:98c0:3600::/64"
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_network_is_a_64_and_an_ipv4_one_an_address() {
        for (address, network) in [
            ("203.0.113.7", "203.0.113.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::", "2001:db8:1:2::/64"),
            ("2001:db8:1:3::", "2001:db8:1:3::/64"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("", ""),
            ("somewhere", ""),
        ] {
            assert_eq!(Network::of(address).as_str(), network, "{address}");
        }
    }
}
