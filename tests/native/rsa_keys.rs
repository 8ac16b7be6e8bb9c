//! `AUTH_RSA_KEY`: which keys are taken, and what is published of them.

use gatehouse::domain::crypto::rsa_keys::RsaKey;
use gatehouse::ports::Signatures;
use pollster::block_on;
use serde_json::{Value, json};

use crate::app::{KEY, OTHER_KEY, TestApp};
use crate::jwt_forging::encode;
use crate::rs256;

pub const RSA_KEY: &str = include_str!("rsa/key.pem");
pub const OTHER_RSA_KEY: &str = include_str!("rsa/other.pem");
const LONGEST: &str = include_str!("rsa/longest.pem");

/// Computed with OpenSSL: the thumbprint of `key.pem`, and its signature of `header.claims`.
pub const KID: &str = "uMpNOnLu973vMD37uhlvr5v987H528UGSqLk7reHOTI";
const SIGNATURE: &str = "Tq85gIMhOSWT6UiNWlAHAmJXJ1ZdgZWQZWK2qsksCkGucmp3uu8xEof0O_fh0ndSlu1VIhtpaRDNiDPpF7CV0QM742-FuNcAsxFhlLuqnT8-Inc\
                         dSzl2nctCf6NO-07CXlmvLP7Qz8Z_EbhNv7M295LdqSPAt1dOtjd_PyLiv0NAW-drQ0pk7ZU0ZIrJpDTgQo1qI5HrRLgSnZoXdba04nt4GPM\
                         z19XI2J51l3RO6JbAucx6mN01V1-IBEYHOBfU0j19-_bNC48nPzj8_vkBJ4ln855V5dlS1GAJn-Yxih3ydtuoO43KvAFTpNRu-muEBbdc85K\
                         -5kJMeQU8lV_D4A";

fn published(app: &TestApp) -> Vec<Value> {
    app.get("/.well-known/jwks.json").assert_ok().json()["keys"].as_array().unwrap().clone()
}

fn key_ids(app: &TestApp) -> Vec<String> {
    published(app).iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_signature_is_the_one_that_openssl_makes_and_no_flipped_byte_is_accepted() {
    let (app, key) = (TestApp::new(), RsaKey::parse(RSA_KEY).unwrap());
    let signature = block_on(app.platform.sign_rs256(&key, b"header.claims")).unwrap();
    assert_eq!(encode(&signature), SIGNATURE);
    assert!(rs256::verify(&key.public.key, b"header.claims", &signature));
    for place in 0..signature.len() {
        let mut flipped = signature.clone();
        flipped[place] ^= 1;
        assert!(!rs256::verify(&key.public.key, b"header.claims", &flipped), "{place}");
    }
    assert!(!rs256::verify(&key.public.key, b"header.claimz", &signature));
    assert!(!rs256::verify(&RsaKey::parse(OTHER_RSA_KEY).unwrap().public.key, b"header.claims", &signature));
}

#[test]
fn a_key_is_read_however_its_lines_end() {
    let one_line = RSA_KEY.trim().replace('\n', "\\n");
    let spellings = [
        RSA_KEY.to_owned(),
        RSA_KEY.replace('\n', "\r\n"),
        format!("  {RSA_KEY}\n\n"),
        one_line.clone(),
        format!("{one_line}\\n"),
        RSA_KEY.replace('\n', " "),
    ];
    for spelling in &spellings {
        let app = TestApp::with(&[("AUTH_RSA_KEY", spelling)]);
        assert_eq!(published(&app)[0]["kid"], KID, "{spelling}");
    }
    let longest = published(&TestApp::with(&[("AUTH_RSA_KEY", LONGEST)]));
    assert_eq!(longest[0]["n"].as_str().unwrap().len(), 683);
}

#[test]
fn what_is_no_sound_rsa_key_is_refused_and_never_repeated() {
    let format = "must be an unencrypted RSA key in PKCS#8, as a PEM: use \
                  `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048`";
    let size = "must have 2048 to 4096 bits and the exponent 65537: use \
                `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048`";
    let (middle, body) = (RSA_KEY.len() / 2, RSA_KEY.lines().nth(3).unwrap());
    let cut = [&RSA_KEY[..middle / 2], &RSA_KEY[middle..]].concat();
    for (value, reason) in [
        (include_str!("rsa/short.pem"), size),
        (include_str!("rsa/long.pem"), size),
        (include_str!("rsa/exponent-3.pem"), size),
        (include_str!("rsa/pss.pem"), format),
        (include_str!("rsa/three-primes.pem"), format),
        (include_str!("rsa/p256.pem"), format),
        (include_str!("rsa/ed25519.pem"), format),
        (include_str!("rsa/pkcs1.pem"), format),
        (include_str!("rsa/public.pem"), format),
        (include_str!("rsa/encrypted.pem"), format),
        (&RSA_KEY[..middle], format),
        (&cut, format),
        (&RSA_KEY.replace(body, &body[4..]), format),
        (&RSA_KEY.replace(body, &body.replace(&body[..1], "!")), format),
        (&[RSA_KEY, OTHER_RSA_KEY].concat(), format),
        (body, format),
        ("true", format),
    ] {
        for variable in ["AUTH_RSA_KEY", "AUTH_RSA_KEY_PREVIOUS"] {
            let app = TestApp::with(&[(variable, value)]);
            let problems = app.settings.as_ref().err().unwrap_or_else(|| panic!("{value} is taken"));
            assert_eq!(problems.iter().map(ToString::to_string).collect::<Vec<_>>(), [format!("{variable} {reason}")]);
            let ready = app.get("/health/ready");
            assert_eq!((ready.status.as_u16(), ready.json()["checks"][variable].as_str()), (503, Some(reason)));
        }
    }
}

#[test]
fn the_key_set_has_rsa_first_and_then_both_algorithms_of_every_epoch() {
    let derived = |count| [vec!["ES256"; count], vec!["EdDSA"; count]].concat();
    let algorithms = |app: &TestApp| {
        let keys = published(app);
        keys.iter().map(|key| key["alg"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let both = [("APP_KEY", KEY), ("APP_KEY_PREVIOUS", OTHER_KEY)];
    assert_eq!(algorithms(&TestApp::new()), derived(3));
    assert_eq!(algorithms(&TestApp::with(&both)), derived(6));
    let app = TestApp::with(&[both[0], both[1], ("AUTH_RSA_KEY", RSA_KEY), ("AUTH_RSA_KEY_PREVIOUS", OTHER_RSA_KEY)]);
    assert_eq!(algorithms(&app), [vec!["RS256"; 2], derived(6)].concat());

    let rsa = &published(&app)[0];
    assert_eq!(rsa.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" "), "alg e kid kty n use");
    assert_eq!(
        json!([rsa["alg"], rsa["e"], rsa["kty"], rsa["use"], rsa["kid"]]),
        json!(["RS256", "AQAB", "RSA", "sig", KID])
    );
    assert_eq!(rsa["n"].as_str().unwrap().len(), 342);

    let mut kids = key_ids(&app);
    kids.sort_unstable();
    kids.dedup();
    assert_eq!(kids.len(), 14, "no id twice");
}

/// Each step changes one secret, and neighbours know each other's signing key.
#[test]
fn an_rsa_key_is_rotated_in_three_steps() {
    let mut app = TestApp::new();
    let other = RsaKey::parse(OTHER_RSA_KEY).unwrap().public.kid;
    let first_two = |app: &TestApp| key_ids(app).into_iter().take(2).collect::<Vec<_>>();
    app.redeploy(&[("AUTH_RSA_KEY", RSA_KEY), ("AUTH_RSA_KEY_PREVIOUS", OTHER_RSA_KEY)]);
    assert_eq!(first_two(&app), [KID, &other], "the new one is published before it signs");
    app.redeploy(&[("AUTH_RSA_KEY", OTHER_RSA_KEY), ("AUTH_RSA_KEY_PREVIOUS", OTHER_RSA_KEY)]);
    assert_eq!((key_ids(&app).len(), &key_ids(&app)[0]), (7, &other), "a key that is both is there once");
    app.redeploy(&[("AUTH_RSA_KEY", OTHER_RSA_KEY), ("AUTH_RSA_KEY_PREVIOUS", RSA_KEY)]);
    assert_eq!(first_two(&app), [&other, KID]);
    app.redeploy(&[("AUTH_RSA_KEY_PREVIOUS", RSA_KEY)]);
    assert_eq!((key_ids(&app).len(), key_ids(&app)[0].as_str()), (7, KID), "RS256 may be given up");
}
