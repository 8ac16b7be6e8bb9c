//! Access tokens with non-canonical spelling. They are signed as they stand, with the right key, so a refusal is due to the
//! spelling alone.

use base64::Engine;
use serde_json::json;

use crate::jwt_forging::{caught, encode, sign, sign_parts, sign_text};

#[test]
fn a_token_has_three_parts_and_none_is_empty() {
    for it in caught() {
        let parts: Vec<&str> = it.token.split('.').collect();
        let (header, claims, signature) = (parts[0], parts[1], parts[2]);
        for bent in [
            String::new(),
            ".".to_owned(),
            "..".to_owned(),
            "...".to_owned(),
            header.to_owned(),
            format!("{header}.{claims}"),
            format!("{claims}.{signature}"),
            format!(".{claims}.{signature}"),
            format!("{header}..{signature}"),
            format!("{header}.{claims}."),
            format!("{}.", it.token),
            format!(".{}", it.token),
            format!("{}.x", it.token),
            format!("{}.{signature}", it.token),
            // As many parts as a JWE (RFC 7516 §3.1).
            format!("{header}.{claims}.{claims}.{claims}.{signature}"),
            format!("{header}.{claims}.{}", &signature[1..]),
            format!("{header}.{claims}.{}", &signature[..84]),
            format!("{header}.{claims}.{signature}{signature}"),
            format!("{header} .{claims}.{signature}"),
            format!("{header}. {claims}.{signature}"),
            "a".repeat(5000),
        ] {
            it.refuses(&bent);
        }
        // Another serialization (RFC 7515 §7.2) is not even a credential: ours never contain a comma.
        let json = json!({ "protected": header, "payload": claims, "signature": signature }).to_string();
        it.app.me(&json).assert_error(400, "invalid_request");
        // Empty, and validly signed.
        it.refuses(&sign_parts("", claims, it.key()));
        it.refuses(&sign_parts(header, "", it.key()));
        it.refuses(&sign_parts("", "", it.key()));
    }
}

/// The signature covers the spelling, so it is valid for every spelling.
#[test]
fn base64url_has_one_spelling() {
    for it in caught() {
        let header = encode(it.header().to_string());
        // With two bytes and with one left over, so that the last character has two and four spare bits.
        for over in [2, 1] {
            let mut claims = it.claims();
            claims["padding"] = json!("");
            while claims.to_string().len() % 3 != over {
                claims["padding"] = json!(format!("{}x", claims["padding"].as_str().unwrap()));
            }
            let claims = encode(claims.to_string());
            it.app.me(&sign_parts(&header, &claims, it.key())).assert_ok();
            let padded = format!("{claims}{}", "=".repeat(over % 2 + 1));
            let broken = format!("{} {}", &claims[..8], &claims[8..]);
            let bent = spare_bits(&claims);
            assert_eq!(bent.len(), [15, 3][over - 1]);
            for bent in bent.into_iter().chain([padded, broken, format!("{claims}A"), format!("{claims}%3D")]) {
                it.refuses(&sign_parts(&header, &bent, it.key()));
            }
        }
        for bent in [format!("{header}="), format!("{header}=="), format!("{header}A"), format!("{header}+/")] {
            it.refuses(&sign_parts(&bent, &encode(it.claims().to_string()), it.key()));
        }
        let (message, signature) = it.token.rsplit_once('.').unwrap();
        let bent = spare_bits(signature);
        assert_eq!(bent.len(), 15);
        for signature in bent.into_iter().chain([format!("{signature}=="), format!("{signature}AA")]) {
            it.refuses(&format!("{message}.{signature}"));
        }
    }
}

/// The same bytes to a lenient decoder: the last character with other spare bits.
fn spare_bits(part: &str) -> Vec<String> {
    let lenient = base64::engine::GeneralPurpose::new(
        &base64::alphabet::URL_SAFE,
        base64::engine::general_purpose::NO_PAD.with_decode_allow_trailing_bits(true),
    );
    let alphabet = base64::alphabet::URL_SAFE.as_str().chars();
    let spellings = alphabet.map(|last| format!("{}{last}", &part[..part.len() - 1]));
    spellings.filter(|spelling| lenient.decode(spelling) == lenient.decode(part) && spelling != part).collect()
}

#[test]
fn header_and_claims_are_one_json_object_each() {
    for it in caught() {
        let (header, claims) = (it.header().to_string(), it.claims().to_string());
        let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let bend = |whole: &str| {
            [
                String::new(),
                "null".to_owned(),
                "\"\"".to_owned(),
                "{}".to_owned(),
                "[]".to_owned(),
                format!("[{whole}]"),
                format!("{whole}x"),
                format!("{whole}{whole}"),
                format!("{whole}\0"),
                format!("\u{feff}{whole}"),
                whole[..whole.len() - 1].to_owned(),
                format!("{},}}", &whole[..whole.len() - 1]),
                format!("{}/**/}}", &whole[..whole.len() - 1]),
                format!("{},\"deep\":{}}}", &whole[..whole.len() - 1], deep(800)),
                whole.replacen('"', "'", 2),
                // A token nested in the token.
                json!(it.token).to_string(),
                it.token.clone(),
            ]
        };
        for bent in bend(&claims) {
            it.refuses(&sign_text(&header, &bent, it.key()));
        }
        for bent in bend(&header) {
            it.refuses(&sign_text(&bent, &claims, it.key()));
        }
        let no_text = [&claims.as_bytes()[..claims.len() - 1], b",\"x\":\"\xff\"}"].concat();
        it.refuses(&sign_parts(&encode(&header), &encode(no_text), it.key()));
    }
}

#[test]
fn a_token_too_long_to_be_ours_is_not_even_parsed() {
    for it in caught() {
        let mut claims = it.claims();
        claims["padding"] = json!("x".repeat(2000));
        it.app.me(&sign(&it.header(), &claims, it.key())).assert_ok();
        claims["padding"] = json!("x".repeat(3000));
        it.refuses(&sign(&it.header(), &claims, it.key()));
    }
}
