//! The operator's choices for the look of pages.

use crate::domain::base_url::Address;
use crate::domain::env_reader::EnvReader;

/// The colour of buttons, and a logo beside the name.
pub struct Branding {
    pub accent: Accent,
    pub logo: Option<Address>,
}

impl Branding {
    pub fn read(read: &mut EnvReader<'_>) -> Option<Self> {
        let accent = read.parsed("APP_ACCENT", Some(Accent::default()), Accent::parse);
        let logo = read.parsed("APP_LOGO_URL", Some(None), |text| Address::parse(text).map(Some));
        Some(Self { accent: accent?, logo: logo? })
    }
}

/// For pages shown while the settings are invalid.
impl Default for Branding {
    fn default() -> Self {
        Self { accent: Accent::default(), logo: None }
    }
}

/// A colour of the sRGB space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accent([u8; 3]);

impl Default for Accent {
    fn default() -> Self {
        Self([0x1f, 0x5c, 0x49])
    }
}

impl Accent {
    /// `#rrggbb`, the only accepted CSS notation.
    fn parse(text: &str) -> Result<Self, String> {
        let channel = |at: usize| text.get(at..at + 2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let digits = text.strip_prefix('#').is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        match (digits && text.len() == 7, channel(1), channel(3), channel(5)) {
            (true, Some(red), Some(green), Some(blue)) => Ok(Self([red, green, blue])),
            _ => Err("must be a colour like #1f5c49".to_owned()),
        }
    }

    /// Six digits, without the `#`.
    pub fn digits(self) -> String {
        let [red, green, blue] = self.0;
        format!("{red:02x}{green:02x}{blue:02x}")
    }

    /// Black or white, whichever has more contrast. One of them has at least 4.5 with any colour, as WCAG 2.2 (1.4.3)
    /// requires of text.
    pub fn contrast_color(self) -> &'static str {
        let brightness = self.luminance() + 0.05;
        if 1.05 / brightness >= brightness / 0.05 { "fff" } else { "000" }
    }

    /// WCAG 2.2, "relative luminance".
    fn luminance(self) -> f64 {
        let linear = |channel: u8| match f64::from(channel) / 255.0 {
            dark if dark <= 0.04045 => dark / 12.92,
            light => ((light + 0.055) / 1.055).powf(2.4),
        };
        let [red, green, blue] = self.0.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_six_digits() {
        assert_eq!(Accent::parse("#0B57d0").unwrap().digits(), "0b57d0");
        for wrong in ["0b57d0", "#0b57d", "#0b57d00", "#0b57dg", "#", "", "red", "#0b57d0;", "#+b57d0", "#ééé"] {
            assert!(Accent::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn whatever_the_colour_its_ink_can_be_read_on_it() {
        for red in (0..=255).step_by(15) {
            for green in (0..=255).step_by(15) {
                for blue in (0..=255).step_by(15) {
                    let accent = Accent([red, green, blue]);
                    let ink = if accent.contrast_color() == "fff" { 1.05 } else { 0.05 };
                    let paper = accent.luminance() + 0.05;
                    let contrast = if ink > paper { ink / paper } else { paper / ink };
                    assert!(contrast >= 4.5, "{}: {contrast}", accent.digits());
                }
            }
        }
        assert_eq!(Accent::parse("#ffff00").unwrap().contrast_color(), "000");
        assert_eq!(Accent::parse("#00007f").unwrap().contrast_color(), "fff");
    }
}
