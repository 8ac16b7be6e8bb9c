//! Mail settings: the provider, the sender and the texts.

use crate::domain::accounts::email_address::EmailAddress;
use crate::domain::base_url::Address;
use crate::domain::env_reader::EnvReader;
use crate::domain::mail::message::Templates;
use crate::domain::mail::outgoing::Sender;
use crate::domain::mail::provider::Provider;
use crate::domain::mail::services::MailService;
use crate::domain::secret::Secret;

#[derive(Clone, Copy)]
enum Choice {
    Resend,
    Postmark,
    SendGrid,
    Mailgun,
    Cloudflare,
}

pub struct MailSettings {
    /// `None` keeps emails in the outbox, where they can be read at `/dev/mail`.
    pub provider: Option<Provider>,
    pub templates: Templates,
}

impl MailSettings {
    pub fn read(read: &mut EnvReader<'_>) -> Option<Self> {
        let (provider, templates) = (provider(read), Templates::read(read));
        Some(Self { provider: provider?, templates: templates? })
    }
}

/// The provider. The inner `None` means `outbox`, which sends nothing.
fn provider(read: &mut EnvReader<'_>) -> Option<Option<Provider>> {
    let words = [
        ("resend", Some(Choice::Resend)),
        ("postmark", Some(Choice::Postmark)),
        ("sendgrid", Some(Choice::SendGrid)),
        ("mailgun", Some(Choice::Mailgun)),
        ("cloudflare", Some(Choice::Cloudflare)),
        ("outbox", None),
    ];
    let Some(choice) = read.word("MAIL_PROVIDER", None, &words)? else {
        return Some(None);
    };
    let api_key = read.parsed("MAIL_API_KEY", None, |text| {
        let printable = text.bytes().all(|byte| byte.is_ascii_graphic());
        if printable { Ok(Secret::new(text)) } else { Err("has characters no key has".into()) }
    });
    let from = read.parsed("MAIL_FROM", None, Sender::parse);
    let api_url = read.parsed("MAIL_API_URL", Some(None), |text| Address::parse(text).map(Some));
    let service = match choice {
        Choice::Resend => Some(MailService::Resend),
        Choice::Postmark => Some(MailService::Postmark),
        Choice::SendGrid => Some(MailService::SendGrid),
        Choice::Mailgun => domain(read, from.as_ref()).map(|domain| MailService::Mailgun { domain }),
        Choice::Cloudflare => account(read).map(|account| MailService::Cloudflare { account }),
    };
    let (service, api_url) = (service?, api_url?);
    let api_url = api_url.map_or_else(|| service.default_api_url().to_owned(), |address| address.to_string());
    Some(Some(Provider { service, api_url, api_key: api_key?, from: from? }))
}

/// Mailgun's sending domain: by default the sender's domain; some accounts use a subdomain such as `mg.` instead. It becomes
/// a part of a URL. An invalid sender causes one problem, not two.
fn domain(read: &mut EnvReader<'_>, from: Option<&Sender>) -> Option<String> {
    let default = from.map_or("example.com", |from| from.address.domain());
    read.worded("MAIL_DOMAIN", default, |text| {
        let sound = text.is_ascii() && EmailAddress::parse(&format!("postmaster@{text}")).is_ok();
        if sound { Ok(text.to_owned()) } else { Err("must be a domain, an international one as xn--".into()) }
    })
}

/// Cloudflare's account id. It becomes a part of a URL.
fn account(read: &mut EnvReader<'_>) -> Option<String> {
    read.parsed("MAIL_ACCOUNT_ID", None, |text| {
        let sound = text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if sound { Ok(text.to_owned()) } else { Err("must be hexadecimal digits, as the dashboard shows them".into()) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASICS: [(&str, &str); 2] = [("MAIL_API_KEY", "k"), ("MAIL_FROM", "Gatehouse <a@b.com>")];

    fn with(own: &[(&str, &str)]) -> (Option<Option<Provider>>, Vec<&'static str>) {
        let lookup = |name: &str| {
            let mut all = own.iter().chain(&BASICS);
            all.find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        let mut read = EnvReader::new(&lookup);
        let parsed = provider(&mut read);
        (parsed, read.problems.iter().map(|problem| problem.variable).collect())
    }

    fn problems(own: &[(&str, &str)]) -> Vec<&'static str> {
        with(own).1
    }

    #[test]
    fn a_providers_address_and_key_are_what_they_should_be() {
        let with = |name, value| problems(&[("MAIL_PROVIDER", "resend"), (name, value)]);
        assert!(with("MAIL_API_URL", "http://127.0.0.1:9/mail/").is_empty());
        for wrong in ["http://mail.example.com", "https://h?x=1", "mail", "https://u:p@h", "https://h:99999"] {
            assert_eq!(with("MAIL_API_URL", wrong), ["MAIL_API_URL"], "{wrong}");
        }
        assert_eq!(with("MAIL_API_KEY", "k\u{7}"), ["MAIL_API_KEY"]);
        assert_eq!(with("MAIL_FROM", "nobody"), ["MAIL_FROM"]);
    }

    #[test]
    fn every_provider_needs_a_key_and_a_sender_and_some_need_more() {
        for name in ["resend", "postmark", "sendgrid", "mailgun"] {
            let bare = [("MAIL_PROVIDER", name), ("MAIL_API_KEY", ""), ("MAIL_FROM", "")];
            assert_eq!(problems(&bare), ["MAIL_API_KEY", "MAIL_FROM"], "{name}");
            assert!(problems(&[("MAIL_PROVIDER", name)]).is_empty(), "{name}");
        }
        let cloudflare = |account| problems(&[("MAIL_PROVIDER", "cloudflare"), ("MAIL_ACCOUNT_ID", account)]);
        assert!(cloudflare("023e105f4ecef8ad9ca31a8372d0c353").is_empty());
        for wrong in ["", "023e/../x", "me"] {
            assert_eq!(cloudflare(wrong), ["MAIL_ACCOUNT_ID"], "{wrong}");
        }
        assert!(problems(&[("MAIL_PROVIDER", "outbox"), ("MAIL_API_KEY", ""), ("MAIL_FROM", "")]).is_empty());
        assert_eq!(problems(&[("MAIL_PROVIDER", "pigeon")]), ["MAIL_PROVIDER"]);
    }

    #[test]
    fn mailguns_domain_is_the_senders_unless_it_is_said() {
        let domain = |own: &[(&'static str, &'static str)]| {
            let (parsed, problems) = with(&[&[("MAIL_PROVIDER", "mailgun")], own].concat());
            parsed.flatten().map(|provider| provider.service).ok_or(problems)
        };
        let mailgun = |domain: &str| Ok(MailService::Mailgun { domain: domain.to_owned() });
        assert_eq!(domain(&[]), mailgun("b.com"));
        assert_eq!(domain(&[("MAIL_DOMAIN", "mg.b.com")]), mailgun("mg.b.com"));
        for wrong in ["mg", "b.com/../x", "löwe.de", "x@b.com", "b.com?x"] {
            assert_eq!(domain(&[("MAIL_DOMAIN", wrong)]), Err(vec!["MAIL_DOMAIN"]), "{wrong}");
        }
        assert_eq!(domain(&[("MAIL_FROM", "a@löwe.de")]), mailgun("xn--lwe-sna.de"));
    }
}
