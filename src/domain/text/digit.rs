//! Decimal digits of all scripts: Arabic, Devanagari, full width, and all others in Unicode.

/// The zero of every set; its other nine digits follow it (Unicode 17, general category Nd; order guaranteed by §4.6).
const ZEROS: [u32; 75] = [
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0,
    0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620,
    0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x10d40, 0x11066, 0x110f0, 0x11136,
    0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x116d0, 0x116da, 0x11730, 0x118e0, 0x11950, 0x11bf0,
    0x11c50, 0x11d50, 0x11da0, 0x11de0, 0x11f50, 0x16a60, 0x16ac0, 0x16b50, 0x1ccf0, 0x1d7ce, 0x1d7d8, 0x1d7e2,
    0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e4f0, 0x1e5f1, 0x1e950, 0x1fbf0,
];

/// The value of a character, if it is a decimal digit.
pub fn value(character: char) -> Option<u32> {
    let after = ZEROS.partition_point(|zero| *zero <= u32::from(character));
    let worth = u32::from(character) - ZEROS.get(after.checked_sub(1)?)?;
    (worth < 10).then_some(worth)
}

/// The `count` digits of a code as people type it, in ASCII: digits of any script in any grouping. Blanks, dashes, full stops
/// and invisible characters are ignored. With letters, or another number of digits, it is `None`.
pub fn code(text: &str, count: u32) -> Option<String> {
    let digits = text.chars().filter_map(|character| match value(character) {
        None if !character.is_alphanumeric() => None,
        worth => Some(worth.and_then(|worth| char::from_digit(worth, 10))),
    });
    let digits = digits.collect::<Option<String>>()?;
    (digits.len() == usize::try_from(count).ok()?).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_every_script_are_worth_what_they_say_and_nothing_else_is() {
        for (digits, worth) in
            [("0123456789", 0), ("٠١٢٣٤٥٦٧٨٩", 0), ("۹", 9), ("०१२", 0), ("０１２３", 0), ("𝟎𝟏", 0), ("𝟿", 9)]
        {
            for (place, digit) in digits.chars().enumerate() {
                assert_eq!(value(digit), u32::try_from(place).ok().map(|place| worth + place), "{digit}");
            }
        }
        for other in "/:a①²Ⅷ十\u{660f}\u{0}\u{10ffff}٫".chars() {
            assert_eq!(value(other), None, "{other}");
        }
    }

    #[test]
    fn the_sets_are_in_order_and_numbers_to_the_standard_library_too() {
        assert!(ZEROS.is_sorted_by(|one, next| one + 10 <= *next));
        for zero in ZEROS {
            assert!(
                (zero..zero + 10).filter_map(char::from_u32).filter(|digit| digit.is_numeric()).count() == 10,
                "{zero:x}"
            );
        }
    }
}
