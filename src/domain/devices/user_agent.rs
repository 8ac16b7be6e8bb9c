//! Describes a device from `User-Agent`, in enough detail for its owner to recognise it.
//!
//! The words are ours alone: no text from a client is repeated.

use crate::words::devices::Devices;

/// Product names that programs put first, and their common names.
const PROGRAMS: [(&str, &str); 15] = [
    ("curl/", "curl"),
    ("Wget/", "Wget"),
    ("HTTPie/", "HTTPie"),
    ("PostmanRuntime/", "Postman"),
    ("node", "Node"),
    ("undici", "Node"),
    ("axios/", "Node"),
    ("Deno/", "Deno"),
    ("Bun/", "Bun"),
    ("python-requests/", "Python"),
    ("python-httpx/", "Python"),
    ("Python-urllib/", "Python"),
    ("Go-http-client/", "Go"),
    ("okhttp/", "OkHttp"),
    ("Java/", "Java"),
];

/// In lower case. A bare `bot` would also match phones (`CUBOT X19`).
const BOTS: [&str; 4] = ["bot/", "bot-", "crawler", "spider"];

/// In this order, because browsers also name the engine they build on: Edge, Opera and Samsung say Chrome, all say Safari.
const BROWSERS: [(&str, &str); 16] = [
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("Edge/", "Edge"),
    ("OPR/", "Opera"),
    ("OPT/", "Opera"),
    ("OPX/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("YaBrowser/", "Yandex Browser"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// In this order: iPhones are "like Mac OS X", and Android is a Linux.
const SYSTEMS: [(&str, &str); 8] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
    ("X11", "Unix"),
];

/// "Firefox on Windows", "curl", "Unknown device".
pub fn describe(agent: &str, words: &Devices) -> String {
    if let Some((_, name)) = PROGRAMS.iter().find(|(product, _)| agent.starts_with(product)) {
        return (*name).to_owned();
    }
    let lower = agent.to_ascii_lowercase();
    if BOTS.iter().any(|bot| lower.contains(bot)) {
        return words.bot.to_owned();
    }
    match (named(&BROWSERS, agent), named(&SYSTEMS, agent)) {
        (Some(browser), Some(system)) => (words.on)(browser, system),
        (Some(known), None) | (None, Some(known)) => known.to_owned(),
        (None, None) => words.unknown.to_owned(),
    }
}

fn named(table: &[(&str, &'static str)], agent: &str) -> Option<&'static str> {
    table.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use crate::words::catalogue;
    use crate::words::language::Language;

    fn describe(agent: &str) -> String {
        super::describe(agent, &catalogue::of(Language::English).devices)
    }

    const MAC: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)";
    const WINDOWS: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)";
    const ANDROID: &str = "Mozilla/5.0 (Linux; Android 14; SM-S918B)";
    const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X)";
    const BLINK: &str = "AppleWebKit/537.36 (KHTML, like Gecko)";
    const WEBKIT: &str = "AppleWebKit/605.1.15 (KHTML, like Gecko)";

    #[test]
    fn a_browser_is_told_from_those_whose_engine_it_shares() {
        for (agent, expected) in [
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox on Windows"),
            ("Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox on Linux"),
            ("Mozilla/5.0 (X11; FreeBSD amd64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox on Unix"),
            (&format!("{WINDOWS} {BLINK} Chrome/126.0.0.0 Safari/537.36"), "Chrome on Windows"),
            (&format!("{WINDOWS} {BLINK} Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0"), "Edge on Windows"),
            (&format!("{MAC} {BLINK} Chrome/125.0.0.0 Safari/537.36 OPR/111.0.0.0"), "Opera on macOS"),
            (&format!("{MAC} {WEBKIT} Version/17.5 Safari/605.1.15"), "Safari on macOS"),
            (
                &format!("{ANDROID} {BLINK} SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36"),
                "Samsung Internet on Android",
            ),
            (&format!("{ANDROID} {BLINK} Chrome/126.0.0.0 Mobile Safari/537.36"), "Chrome on Android"),
            (&format!("{IPHONE} {WEBKIT} Version/17.5 Mobile/15E148 Safari/604.1"), "Safari on iPhone"),
            (&format!("{IPHONE} {WEBKIT} CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1"), "Chrome on iPhone"),
            (&format!("{IPHONE} {WEBKIT} FxiOS/127.0 Mobile/15E148 Safari/605.1.15"), "Firefox on iPhone"),
            (&format!("{IPHONE} {WEBKIT} Mobile/15E148"), "iPhone"),
            (&format!("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {BLINK} Chrome/126.0.0.0"), "Chrome on ChromeOS"),
            (&format!("Mozilla/5.0 (Linux; Android 9; CUBOT X19) {BLINK} Chrome/126.0.0.0"), "Chrome on Android"),
        ] {
            assert_eq!(describe(agent), expected, "{agent}");
        }
    }

    #[test]
    fn programs_and_bots_are_called_by_name() {
        for (agent, expected) in [
            ("curl/8.5.0", "curl"),
            ("node", "Node"),
            ("Go-http-client/2.0", "Go"),
            ("python-requests/2.32.3", "Python"),
            ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Bot"),
            (&format!("Mozilla/5.0 {BLINK} (compatible; bingbot/2.0) Chrome/116.0 Safari/537.36"), "Bot"),
        ] {
            assert_eq!(describe(agent), expected, "{agent}");
        }
    }

    #[test]
    fn what_says_nothing_is_unknown_and_nothing_of_it_is_repeated() {
        for agent in ["", " ", "test/1.0", "Mozilla/5.0", "<script>alert(1)</script>", "\u{202e}\u{0}", "a curl/8"] {
            assert_eq!(describe(agent), "Unknown device", "{agent:?}");
        }
        assert_eq!(describe("<b>Firefox/1</b> Windows <i>"), "Firefox on Windows");
    }
}
