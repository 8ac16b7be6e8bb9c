//! A reader of the CBOR (RFC 8949) that authenticators write: CTAP2 canonical CBOR (CTAP 2.1 §8), which has neither indefinite
//! lengths nor tags nor floats. Two of its rules are not enforced, the order of map keys and the shortest length of numbers:
//! nothing is compared by its encoding, and a signature covers the bytes as they came.

use crate::domain::policy;

/// One item. Texts and byte strings borrow from the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item<'a> {
    /// From −2^63 to 2^63 − 1: authenticators write nothing beyond.
    Integer(i64),
    Bytes(&'a [u8]),
    Text(&'a str),
    Array(Vec<Self>),
    /// In the order of the input. No key is there twice.
    Map(Vec<(Self, Self)>),
    Bool(bool),
    Null,
}

impl<'a> Item<'a> {
    /// The only item of the input: `None` if bytes follow it.
    pub fn whole(input: &'a [u8]) -> Option<Self> {
        match Self::first(input)? {
            (item, []) => Some(item),
            _ => None,
        }
    }

    /// The first item, and the bytes after it.
    pub fn first(input: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let mut reader = Reader { rest: input };
        let item = reader.item(policy::CBOR_DEPTH)?;
        Some((item, reader.rest))
    }

    /// The value of a map's key that is a text.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.find(|known| matches!(known, Self::Text(text) if *text == key))
    }

    /// The value of a map's key that is a number, as in COSE (RFC 9052 §1.5).
    pub fn labelled(&self, label: i64) -> Option<&Self> {
        self.find(|known| matches!(known, Self::Integer(number) if *number == label))
    }

    fn find(&self, is_key: impl Fn(&Self) -> bool) -> Option<&Self> {
        let Self::Map(entries) = self else { return None };
        entries.iter().find(|(key, _)| is_key(key)).map(|(_, value)| value)
    }

    pub const fn as_integer(&self) -> Option<i64> {
        if let Self::Integer(number) = self { Some(*number) } else { None }
    }

    pub const fn as_bytes(&self) -> Option<&'a [u8]> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }

    pub const fn as_text(&self) -> Option<&'a str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub const fn is_map(&self) -> bool {
        matches!(self, Self::Map(_))
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// `depth` is how many arrays and maps may still lie inside each other.
    fn item(&mut self, depth: u32) -> Option<Item<'a>> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        // RFC 8949 §3: the major type, and either the argument or its length.
        let (major, short) = (first >> 5, first & 0x1f);
        if major == 7 {
            return simple(short);
        }
        let argument = self.argument(short)?;
        match major {
            0 => i64::try_from(argument).ok().map(Item::Integer),
            1 => i64::try_from(argument).ok().map(|number| Item::Integer(-1 - number)),
            2 => self.take(argument).map(Item::Bytes),
            3 => self.take(argument).and_then(|text| str::from_utf8(text).ok()).map(Item::Text),
            4 => self.array(argument, depth.checked_sub(1)?),
            5 => self.map(argument, depth.checked_sub(1)?),
            _ => None,
        }
    }

    /// 28 to 30 are reserved, and 31 is an indefinite length.
    fn argument(&mut self, short: u8) -> Option<u64> {
        match short {
            0..=23 => Some(u64::from(short)),
            24..=27 => {
                let bytes = self.take(1 << (short - 24))?;
                Some(bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
            }
            _ => None,
        }
    }

    fn take(&mut self, length: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(usize::try_from(length).ok()?)?;
        self.rest = rest;
        Some(taken)
    }

    /// Each item has at least a byte, so the input's length bounds what a claimed length can cost.
    fn array(&mut self, length: u64, depth: u32) -> Option<Item<'a>> {
        (0..length).map(|_| self.item(depth)).collect::<Option<_>>().map(Item::Array)
    }

    fn map(&mut self, length: u64, depth: u32) -> Option<Item<'a>> {
        let mut entries: Vec<(Item<'a>, Item<'a>)> = Vec::new();
        for _ in 0..length {
            let key = self.item(depth)?;
            if !matches!(key, Item::Integer(_) | Item::Text(_)) || entries.iter().any(|(known, _)| *known == key) {
                return None;
            }
            entries.push((key, self.item(depth)?));
        }
        Some(Item::Map(entries))
    }
}

/// RFC 8949 §3.3. Everything else in major type 7 is a float, undefined, or unassigned.
const fn simple(value: u8) -> Option<Item<'static>> {
    match value {
        20 => Some(Item::Bool(false)),
        21 => Some(Item::Bool(true)),
        22 => Some(Item::Null),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(hex: &str) -> Option<Item<'static>> {
        let digits = hex.as_bytes().chunks(2).map(|pair| str::from_utf8(pair).unwrap());
        let bytes: Vec<_> = digits.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect();
        Item::whole(bytes.leak())
    }

    /// From RFC 8949, appendix A.
    #[test]
    fn published_examples_are_read_as_they_are_meant() {
        for (hex, number) in [
            ("00", 0),
            ("17", 23),
            ("1818", 24),
            ("1903e8", 1000),
            ("1a000f4240", 1_000_000),
            ("1b000000e8d4a51000", 1_000_000_000_000),
            ("20", -1),
            ("3903e7", -1000),
            ("3b7fffffffffffffff", i64::MIN),
        ] {
            assert_eq!(whole(hex), Some(Item::Integer(number)), "{hex}");
        }
        assert_eq!(whole("f4"), Some(Item::Bool(false)));
        assert_eq!(whole("f5"), Some(Item::Bool(true)));
        assert_eq!(whole("f6"), Some(Item::Null));
        assert_eq!(whole("4401020304"), Some(Item::Bytes(&[1, 2, 3, 4])));
        assert_eq!(whole("62c3bc"), Some(Item::Text("ü")));
        let nested = whole("a26161016162820203").unwrap();
        assert_eq!(nested.get("a"), Some(&Item::Integer(1)));
        assert_eq!(nested.get("b"), Some(&Item::Array(vec![Item::Integer(2), Item::Integer(3)])));
        assert_eq!(nested.labelled(1), None);
        assert_eq!(whole("a201020304").unwrap().labelled(3), Some(&Item::Integer(4)));
    }

    #[test]
    fn what_no_authenticator_writes_is_refused() {
        for (hex, what) in [
            ("", "nothing"),
            ("0000", "a second item"),
            ("18", "a number that ends early"),
            ("420102ff", "a byte after a string"),
            ("4301ff", "a string that ends early"),
            ("5bffffffffffffffff00", "a string longer than memory"),
            ("9bffffffffffffffff00", "an array longer than memory"),
            ("bbffffffffffffffff0000", "a map longer than memory"),
            ("61ff", "a text that is not UTF-8"),
            ("5f42010243030405ff", "a string of indefinite length"),
            ("9f01ff", "an array of indefinite length"),
            ("bf616101ff", "a map of indefinite length"),
            ("1c", "a reserved length"),
            ("c11a514b67b0", "a tag"),
            ("f7", "undefined"),
            ("f0", "an unassigned simple value"),
            ("f820", "a simple value of two bytes"),
            ("f90000", "a float of 16 bits"),
            ("fa47c35000", "a float of 32 bits"),
            ("fb3ff199999999999a", "a float of 64 bits"),
            ("ff", "a break"),
            ("a2616101616102", "a key that is there twice"),
            ("a201010102", "a label that is there twice"),
            ("a20101180102", "a label that is there twice in two spellings"),
            ("a1800100", "a key that is an array"),
            ("a14001", "a key that is a byte string"),
            ("1b8000000000000000", "a number beyond 2^63"),
            ("3b8000000000000000", "a number below -2^63"),
        ] {
            assert_eq!(whole(hex), None, "{what}");
        }
    }

    #[test]
    fn nesting_ends_at_its_limit() {
        let depth = policy::CBOR_DEPTH as usize;
        assert!(whole(&format!("{}00", "81".repeat(depth))).is_some());
        assert_eq!(whole(&format!("{}00", "81".repeat(depth + 1))), None);
        assert!(whole(&format!("{}00", "a100".repeat(depth))).is_some());
        assert_eq!(whole(&format!("{}00", "a100".repeat(depth + 1))), None);
        assert_eq!(whole(&"81".repeat(100_000)), None);
    }

    #[test]
    fn the_first_of_several_items_leaves_the_others() {
        assert_eq!(Item::first(&[0x01, 0x02, 0x03]), Some((Item::Integer(1), [2, 3].as_slice())));
    }
}
