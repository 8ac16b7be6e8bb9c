//! Domains as mail is routed by them: A-labels in lower case (RFC 5890 §2.3.2.1), however they were typed. Browsers convert
//! input to A-labels only in fields for email addresses, so both forms must be one domain.
//!
//! The mapping is that of browsers (UTS #46, nontransitional) for the characters it accepts. It refuses those that need the
//! tables of UTS #46: 60 KiB in this binary, for letters that hardly any domain has. Such a domain can be typed as A-labels.

use crate::domain::policy;
use crate::domain::text::characters;

/// The A-labels of a domain that mail can be sent to.
pub fn parse(text: &str) -> Option<String> {
    let mapped = map(text);
    let faithful = AS_TYPED.iter().all(|letter| mapped.matches(*letter).count() == text.matches(*letter).count());
    let domain = encode(&mapped);
    let fits = |label: &str| (1..=policy::DOMAIN_LABEL_MAX_BYTES).contains(&label.len());
    let sound = faithful && mapped.contains('.') && mapped.split('.').all(is_label) && domain.split('.').all(fits);
    sound.then_some(domain)
}

/// The same for any text: one that is not a domain becomes one that matches nothing.
pub fn fold(text: &str) -> String {
    encode(&map(text))
}

/// Character by character: a final sigma is like any other to the DNS.
fn map(text: &str) -> String {
    let lowered: String = normalization::nfkc(text).chars().flat_map(char::to_lowercase).collect();
    normalization::nfkc(&lowered).replace('\u{3002}', ".")
}

/// Small letters that versions of UTS #46 map differently, or not at all. They stay as they are.
const AS_TYPED: [char; 2] = ['ß', 'ς'];

fn is_label(label: &str) -> bool {
    !label.starts_with('-')
        && !label.ends_with('-')
        && (label.is_ascii() || !label.starts_with("xn--"))
        && label.chars().all(|c| c == '-' || characters::is_of_a_word(c) && is_folded(c))
}

/// Whether case folding (`CaseFolding.txt`, C and F) keeps a lower-case letter: not an iota subscript, a variant of a
/// Cyrillic letter, or Cherokee, whose small letters fold to the capitals.
const fn is_folded(c: char) -> bool {
    !matches!(c,
        '\u{345}' | '\u{13a0}'..='\u{13ff}' | '\u{1c80}'..='\u{1c88}' | '\u{1f80}'..='\u{1faf}' | '\u{1fb2}'..='\u{1fb4}'
        | '\u{1fb7}' | '\u{1fc2}'..='\u{1fc4}' | '\u{1fc7}' | '\u{1ff2}'..='\u{1ff4}' | '\u{1ff7}' | '\u{ab70}'..='\u{abbf}')
}

fn encode(domain: &str) -> String {
    // A longer text is no label, and would only cost time.
    let is_encoded = |label: &str| !label.is_ascii() && label.chars().count() <= policy::DOMAIN_LABEL_MAX_BYTES;
    let encoded = domain.split('.').map(|label| match is_encoded(label).then(|| punycode(label)).flatten() {
        Some(encoded) => format!("xn--{encoded}"),
        None => label.to_owned(),
    });
    encoded.collect::<Vec<_>>().join(".")
}

/// RFC 3492 §6.3, with the parameters of §5. `None` if a number overflows, which needs more characters than a label has.
fn punycode(label: &str) -> Option<String> {
    let mut encoded: String = label.chars().filter(char::is_ascii).collect();
    let basic = u32::try_from(encoded.len()).ok()?;
    if basic > 0 {
        encoded.push('-');
    }
    let (mut next, mut delta, mut bias, mut handled) = (0x80_u32, 0_u32, 72_u32, basic);
    while let Some(least) = label.chars().map(u32::from).filter(|c| *c >= next).min() {
        delta = (least - next).checked_mul(handled + 1)?.checked_add(delta)?;
        for c in label.chars().map(u32::from) {
            if c < least {
                delta = delta.checked_add(1)?;
            } else if c == least {
                push_integer(&mut encoded, delta, bias);
                bias = adapt(delta, handled + 1, handled == basic);
                (delta, handled) = (0, handled + 1);
            }
        }
        (delta, next) = (delta.checked_add(1)?, least + 1);
    }
    Some(encoded)
}

const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;

/// RFC 3492 §3.3: digits of a variable base, the least significant first.
fn push_integer(encoded: &mut String, number: u32, bias: u32) {
    let mut rest = number;
    for k in (1..).map(|digit| digit * BASE) {
        let threshold = k.saturating_sub(bias).clamp(T_MIN, T_MAX);
        if rest < threshold {
            break;
        }
        let base = BASE - threshold;
        encoded.push(digit(threshold + (rest - threshold) % base));
        rest = (rest - threshold) / base;
    }
    encoded.push(digit(rest));
}

/// `a` to `z` are 0 to 25, `0` to `9` are 26 to 35.
fn digit(value: u32) -> char {
    char::from_digit((value + 10) % BASE, BASE).unwrap_or_default()
}

/// RFC 3492 §6.1.
const fn adapt(delta: u32, handled: u32, is_first: bool) -> u32 {
    const SKEW: u32 = 38;
    const DAMP: u32 = 700;
    let mut delta = if is_first { delta / DAMP } else { delta / 2 };
    delta += delta / handled;
    let mut k = 0;
    while delta > (BASE - T_MIN) * T_MAX / 2 {
        delta /= BASE - T_MIN;
        k += BASE;
    }
    k + (BASE - T_MIN + 1) * delta / (delta + SKEW)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_has_one_form_however_it_is_typed() {
        for (text, domain) in [
            ("example.com", "example.com"),
            ("Example.COM", "example.com"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("BÜCHER.example", "xn--bcher-kva.example"),
            ("bu\u{308}cher.example", "xn--bcher-kva.example"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
            ("ｂücher。example", "xn--bcher-kva.example"),
            ("straße.de", "xn--strae-oqa.de"),
            ("παράδειγμα.ελ", "xn--hxajbheg2az3al.xn--qxam"),
            ("ΒΌΛΟΣ.example", "xn--nxasmq6b.example"),
            ("βόλος.example", "xn--nxasmm1c.example"),
            ("डाटामेल.भारत", "xn--c2bd4bq1db8d.xn--h2brj9c"),
            ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
            ("ısı.example", "xn--s-ekab.example"),
        ] {
            assert_eq!(parse(text).as_deref(), Some(domain), "{text}");
            assert_eq!(fold(text), domain, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_mapped_faithfully_is_refused() {
        let long = format!("{}.example", "ü".repeat(60));
        for text in [
            "",
            "example",
            "a..b",
            ".a.b",
            "a.b.",
            "-a.b",
            "a-.b",
            "a_b.c",
            "a b.c",
            "a\0.b",
            "xn--ü.example",
            "STRAẞE.de",
            "ϲ.example",
            "ᾳ.example",
            "Ꭰ.example",
            "ꭰ.example",
            "ᲀ.example",
            "a\u{200d}b.example",
            "a\u{200c}b.example",
            "a\u{ad}b.example",
            "i❤.ws",
            "l·l.example",
            &long,
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(fold("i❤.ws"), "xn--i-7iq.ws", "and is found by its A-label all the same");
        assert_eq!(fold(&"ü".repeat(64)), "ü".repeat(64), "nothing long is encoded");
    }

    /// Ideographs and syllables, which are most of Unicode, have no other form.
    fn has_one_form(c: char) -> bool {
        matches!(c, '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{f8ff}' | '\u{20000}'..)
    }

    #[test]
    fn what_is_taken_is_mapped_as_browsers_map_it() {
        let mut taken = 0;
        for c in ('\0'..=char::MAX).filter(|c| !has_one_form(*c)) {
            let text = format!("{c}.example");
            if let (Some(ours), Ok(theirs)) = (parse(&text), idna::domain_to_ascii(&text)) {
                assert_eq!(ours, theirs, "{text} {:x}", u32::from(c));
                taken += 1;
            }
        }
        assert!(taken > 20_000, "{taken}");
    }

    /// RFC 3492 §7.1, (A) to (S).
    #[test]
    fn punycode_agrees_with_its_rfc() {
        for (text, encoded) in [
            ("ليهمابتكلموشعربي؟", "egbpdaj6bu4bxfgehfvwxn"),
            ("他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"),
            ("Pročprostěnemluvíčesky", "Proprostnemluvesky-uyb24dma41a"),
            ("למההםפשוטלאמדבריםעברית", "4dbcagdahymbxekheh6e0a7fei0b"),
            ("なぜみんな日本語を話してくれないのか", "n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa"),
            ("почемужеонинеговорятпорусски", "b1abfaaepdrnnbgefbadotcwatmq2g4l"),
            ("3年B組金八先生", "3B-ww4c5e180e575a65lsy2b"),
            ("-> $1.00 <-", "-> $1.00 <--"),
        ] {
            assert_eq!(punycode(text).as_deref(), Some(encoded), "{text}");
        }
    }
}
