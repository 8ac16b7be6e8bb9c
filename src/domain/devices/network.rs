//! Networks: the part of a client's address that is counted and remembered.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An IPv4 address, or the /64 of an IPv6 one: a household gets at least that much, and has 2^64 addresses to choose from.
/// Text that is no address is a network of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    text: String,
    block: String,
    shared: bool,
}

/// Networks shared by unrelated people, so that one of them says nothing about the next. Each with its prefix length.
const SHARED: [(IpAddr, u32); 3] = [
    // Cloudflare's own. Requests between Workers of different customers come from 2a06:98c0:3600::103, for all customers.
    (IpAddr::V6(Ipv6Addr::new(0x2a06, 0x98c0, 0, 0, 0, 0, 0, 0)), 29),
    // Exits of Cloudflare's WARP and of its part of Apple's Private Relay.
    (IpAddr::V6(Ipv6Addr::new(0x2a09, 0xbac0, 0, 0, 0, 0, 0, 0)), 29),
    (IpAddr::V4(Ipv4Addr::new(104, 28, 0, 0)), 16),
];

fn is_within(address: IpAddr, network: IpAddr, bits: u32) -> bool {
    match (address, network) {
        (IpAddr::V4(one), IpAddr::V4(other)) => one.to_bits() >> (32 - bits) == other.to_bits() >> (32 - bits),
        (IpAddr::V6(one), IpAddr::V6(other)) => one.to_bits() >> (128 - bits) == other.to_bits() >> (128 - bits),
        _ => false,
    }
}

impl Network {
    pub fn of(address: &str) -> Self {
        let Ok(address) = address.parse::<IpAddr>() else {
            return Self { text: String::new(), block: String::new(), shared: false };
        };
        let address = address.to_canonical();
        let (text, block) = match address {
            IpAddr::V4(address) => (address.to_string(), address.to_string()),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                let within = |d, bits| format!("{}/{bits}", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0));
                (within(d, 64), within(0, 48))
            }
        };
        Self { text, block, shared: SHARED.iter().any(|(network, bits)| is_within(address, *network, *bits)) }
    }

    /// Whether unrelated people share it.
    pub const fn is_shared(&self) -> bool {
        self.shared
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The address space of one customer of a provider: the /48 of an IPv6 address, which is 65,536 networks. An IPv4 address
    /// is its own block: its neighbours are other customers, and thousands of people share one address of a carrier.
    pub fn block(&self) -> &str {
        &self.block
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

    #[test]
    fn a_block_is_a_48_or_an_ipv4_address() {
        for (address, block) in [
            ("203.0.113.7", "203.0.113.7"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
            ("2001:db8:1:ffff::", "2001:db8:1::/48"),
            ("2001:db8:2::", "2001:db8:2::/48"),
            ("somewhere", ""),
        ] {
            assert_eq!(Network::of(address).block(), block, "{address}");
        }
    }

    #[test]
    fn what_many_share_is_told_from_its_neighbours() {
        for address in [
            "2a06:98c0:3600::103",
            "2a06:98c0::1",
            "2a06:98c7:ffff::",
            "2a09:bac5:1:2::3",
            "104.28.3.4",
            "::ffff:104.28.3.4",
        ] {
            assert!(Network::of(address).is_shared(), "{address}");
        }
        for address in
            ["2a06:98bf:ffff::1", "2a06:98c8::1", "2a09:bab0::1", "104.27.255.255", "104.29.0.0", "203.0.113.7", ""]
        {
            assert!(!Network::of(address).is_shared(), "{address}");
        }
    }
}
