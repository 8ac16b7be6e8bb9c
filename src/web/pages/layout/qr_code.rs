//! QR codes (ISO/IEC 18004) as inline SVG: what a phone should read from the screen, without an image request that the content
//! policy would have to allow.

use maud::{Markup, html};
use qrcodegen::{QrCode, QrCodeEcc};

use crate::domain::policy;

/// A QR code for a text, or `None` if the text is longer than a QR code holds (2331 bytes at this error correction). `label` is
/// its text alternative. The stylesheet makes it black on white in every colour scheme, because many apps read no inverted
/// code.
pub fn svg(text: &str, label: &str) -> Option<Markup> {
    // On a screen nothing is torn or dirty, but glare and moiré are: 15 % may be unreadable.
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let size = code.size() + 2 * policy::QR_QUIET_ZONE;
    Some(html! {
        svg.qr role="img" aria-label=(label) viewBox={ "0 0 " (size) " " (size) } shape-rendering="crispEdges" {
            path d=(path(&code)) {}
        }
    })
}

/// The dark modules, one unit each, with a rectangle for each run in a row.
fn path(code: &QrCode) -> String {
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let end = (x..code.size()).find(|x| !code.get_module(*x, y)).unwrap_or(code.size());
            let run = end - x;
            if run > 0 {
                let (left, top) = (x + policy::QR_QUIET_ZONE, y + policy::QR_QUIET_ZONE);
                path.push_str(&format!("M{left} {top}h{run}v1h-{run}z"));
            }
            x = end + 1;
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::credentials::totp::TotpSecret;
    use std::collections::BTreeSet;

    /// Pixels of a module, so that the reader has to find the code as a camera's would.
    const SCALE: usize = 5;

    /// The value of an attribute.
    fn attribute<'a>(svg: &'a str, name: &str) -> &'a str {
        let (_, rest) = svg.split_once(&format!(" {name}=\"")).unwrap();
        rest.split_once('"').unwrap().0
    }

    fn numbers(text: &str) -> Vec<usize> {
        text.split([' ', 'h', 'v', '-', 'z']).filter_map(|number| number.parse().ok()).collect()
    }

    /// The side of the view box, and the modules that the path fills.
    fn rasterised(svg: &str) -> (usize, BTreeSet<(usize, usize)>) {
        let [0, 0, width, height] = numbers(attribute(svg, "viewBox"))[..] else { panic!("{svg}") };
        assert_eq!(width, height);
        let rectangles = attribute(svg, "d").split('M').skip(1).map(|rectangle| {
            let [x, y, run, 1, back] = numbers(rectangle)[..] else { panic!("{rectangle}") };
            assert_eq!((format!("{x} {y}h{run}v1h-{run}z").as_str(), back), (rectangle, run));
            (x..x + run).map(move |x| (x, y))
        });
        (width, rectangles.flatten().collect())
    }

    /// What a reader of another maker sees.
    fn scanned(svg: &str) -> String {
        let (size, dark) = rasterised(svg);
        let pixel = |x, y| if dark.contains(&(x / SCALE, y / SCALE)) { 0 } else { 255 };
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(size * SCALE, size * SCALE, pixel);
        let [code] = &image.detect_grids()[..] else { panic!("not one code") };
        code.decode().unwrap().1
    }

    #[test]
    fn a_phone_reads_the_uri_of_an_authenticator_app() {
        let long = "x".repeat(64);
        for (issuer, account) in [("Gatehouse", "ada@example.com"), ("Bücher & Mehr", "Ada Lovelace"), (&long, &long)]
        {
            let uri = TotpSecret::from_bytes([0xa5; 20]).uri(issuer, account);
            assert_eq!(scanned(&svg(&uri, "QR code").unwrap().into_string()), uri);
        }
    }

    #[test]
    fn around_the_code_four_modules_are_blank() {
        let (size, dark) = rasterised(&svg("Gatehouse", "QR code").unwrap().into_string());
        let both = dark.iter().flat_map(|(x, y)| [*x, *y]);
        // Finder patterns fill three of the corners.
        assert_eq!((both.clone().min(), both.max()), (Some(4), Some(size - 5)));
    }

    #[test]
    fn it_is_one_image_with_a_name_and_without_a_style_that_the_content_policy_blocks() {
        let svg = svg("Gatehouse", "Scan <this> \"code\"").unwrap().into_string();
        assert!(
            svg.starts_with("<svg class=\"qr\" role=\"img\" aria-label=\"Scan &lt;this&gt; &quot;code&quot;\""),
            "{svg}"
        );
        assert_eq!(svg.matches("<path").count(), 1);
        assert!(!svg.contains("style"), "{svg}");
    }

    #[test]
    fn a_text_that_no_qr_code_holds_has_none() {
        assert!(svg(&"x".repeat(2331), "").is_some());
        assert!(svg(&"x".repeat(2332), "").is_none());
    }

    #[test]
    fn the_stylesheet_makes_it_black_on_white_in_every_colour_scheme() {
        let style = include_str!("../../http/page.css");
        let rules: Vec<_> = style.lines().filter(|line| line.contains(".qr")).collect();
        let [rule] = rules[..] else { panic!("{rules:?}") };
        for declaration in ["background: #fff;", "fill: #000;", "forced-color-adjust: none;"] {
            assert!(rule.contains(declaration), "{rule}");
        }
    }
}
