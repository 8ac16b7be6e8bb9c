//! As much of DER (X.690) as keys and signatures need: elements in a row, and integers.

/// Tags of X.690 §8.
pub const INTEGER: u8 = 0x02;
pub const OCTET_STRING: u8 = 0x04;
pub const SEQUENCE: u8 = 0x30;

/// What is left of a sequence of elements in DER.
pub struct Der<'a>(pub &'a [u8]);

impl<'a> Der<'a> {
    pub const fn is_over(&self) -> bool {
        self.0.is_empty()
    }

    /// The content of the next element, which must be of this type. Lengths up to 65535 in their shortest form (X.690 §10.1).
    pub fn element(&mut self, tag: u8) -> Option<&'a [u8]> {
        let (&[found, length], rest) = self.0.split_first_chunk()?;
        let (length, rest, shorter) = match length {
            0..=0x7f => (usize::from(length), rest, 0),
            0x81 => rest.split_first_chunk().map(|(&[length], rest)| (usize::from(length), rest, 0x80))?,
            0x82 => rest.split_first_chunk().map(|(&bytes, rest)| (u16::from_be_bytes(bytes).into(), rest, 0x100))?,
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        (found == tag && length >= shorter).then_some(content)
    }

    /// An integer that is not negative, without leading zeros: zero is empty.
    pub fn integer(&mut self) -> Option<&'a [u8]> {
        match self.element(INTEGER)? {
            [] | [0x80..=0xff, ..] | [0, 0..=0x7f, ..] => None,
            [0, number @ ..] | number => Some(number),
        }
    }

    pub fn is_version_0(&mut self) -> Option<bool> {
        self.integer().map(<[u8]>::is_empty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_integers_have_one_spelling() {
        let integer = |der: &'static [u8]| Der(der).integer();
        assert_eq!(integer(&[2, 1, 0]), Some(&[][..]));
        assert_eq!(integer(&[2, 1, 5]), Some(&[5][..]));
        assert_eq!(integer(&[2, 2, 0, 0x80]), Some(&[0x80][..]));
        for wrong in [&[][..], &[2], &[2, 0], &[2, 1], &[2, 1, 0x80], &[2, 2, 0, 0x7f], &[2, 0x81, 1, 5], &[4, 1, 5]] {
            assert_eq!(integer(wrong), None, "{wrong:?}");
        }
        let long = [&[2, 0x81, 0x80][..], &[1; 0x80]].concat();
        assert_eq!(Der(&long).integer(), Some(&long[3..]));
        for wrong in [&[2, 0x82, 0, 0x80][..], &[2, 0x80], &[2, 0x83, 0, 0, 0x80], &[2, 0x82, 0x80]] {
            assert_eq!(Der(&[wrong, &[1; 0x80]].concat()).integer(), None, "{wrong:?}");
        }
    }
}
