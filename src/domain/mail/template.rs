//! Text with fields: `Hello {{.Login}}`. Parsed once, at start-up, so that no email fails because of a wrong template.

use crate::domain::policy;

/// The values of fields, by name.
pub type Values = Vec<(&'static str, String)>;

/// The field that is a link.
pub const LINK: &str = "Link";

/// One line of text and fields.
#[derive(Debug, PartialEq, Eq)]
pub struct Line(Vec<Piece>);

#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Words(String),
    Field(&'static str),
}

/// A piece of a filled line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    pub text: String,
    pub is_link: bool,
}

impl Line {
    /// Go's template syntax, limited to fields. `Err` names the invalid field.
    pub fn parse(text: &str, fields: &[&'static str]) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text.trim();
        while let Some((words, field)) = rest.split_once("{{") {
            let shown = shown(field);
            let (inner, after) = field.split_once("}}").ok_or(format!("opens {{{{{shown} and does not close it"))?;
            let known = inner.trim().strip_prefix('.').and_then(|name| fields.iter().find(|known| **known == name));
            let known = known.ok_or_else(|| format!("has no field {{{{{shown}}}}}, but {}", spelled(fields)))?;
            pieces.extend([Piece::Words(words.to_owned()), Piece::Field(known)]);
            rest = after;
        }
        pieces.push(Piece::Words(rest.to_owned()));
        pieces.retain(|piece| *piece != Piece::Words(String::new()));
        Ok(Self(pieces))
    }

    pub fn uses(&self, field: &str) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::Field(name) if *name == field))
    }

    /// Of two values with one name the first counts. Control characters are removed, so that a value stays on its line.
    pub fn fill(&self, values: &[&Values]) -> Vec<Span> {
        let value = |name| values.iter().copied().flatten().find(|(known, _)| *known == name);
        let span = |piece: &Piece| match piece {
            Piece::Words(words) => Span { text: words.clone(), is_link: false },
            Piece::Field(name) => {
                let text = value(*name).map(|(_, text)| text.chars().filter(|c| !c.is_control()).collect());
                Span { text: text.unwrap_or_default(), is_link: *name == LINK }
            }
        };
        self.0.iter().map(span).collect()
    }
}

/// The plain text of a filled line.
pub fn plain(spans: &[Span]) -> String {
    spans.iter().map(|span| span.text.as_str()).collect()
}

/// Paragraphs, with blank lines between them.
#[derive(Debug, PartialEq, Eq)]
pub struct Body(Vec<Paragraph>);

#[derive(Debug, PartialEq, Eq)]
struct Paragraph {
    lines: Vec<Line>,
    /// It uses a field that every link of the email has its own value of.
    repeats: bool,
}

impl Body {
    pub fn parse(text: &str, of_email: &[&'static str], of_link: &[&'static str]) -> Result<Self, String> {
        let fields = [of_email, of_link].concat();
        let lines = text.lines().map(|line| Line::parse(line, &fields)).collect::<Result<Vec<_>, _>>()?;
        let mut paragraphs = vec![Paragraph { lines: Vec::new(), repeats: false }];
        for line in lines {
            match paragraphs.last_mut() {
                Some(paragraph) if !line.0.is_empty() => {
                    paragraph.repeats |= of_link.iter().any(|field| line.uses(field));
                    paragraph.lines.push(line);
                }
                _ => paragraphs.push(Paragraph { lines: Vec::new(), repeats: false }),
            }
        }
        paragraphs.retain(|paragraph| !paragraph.lines.is_empty());
        Ok(Self(paragraphs))
    }

    pub fn uses(&self, field: &str) -> bool {
        self.0.iter().flat_map(|paragraph| &paragraph.lines).any(|line| line.uses(field))
    }

    /// Paragraphs of filled lines. Adjacent paragraphs with fields of a link are repeated together, once for each link.
    pub fn fill(&self, message: &Values, links: &[Values]) -> Vec<Vec<Vec<Span>>> {
        let mut filled = Vec::new();
        let none = Values::new();
        for group in self.0.chunk_by(|one, next| one.repeats == next.repeats) {
            let repeats = group.first().is_some_and(|paragraph| paragraph.repeats);
            let rounds = if repeats { links } else { std::slice::from_ref(&none) };
            for link in rounds {
                let values = [link, message];
                let set = |paragraph: &Paragraph| paragraph.lines.iter().map(|line| line.fill(&values)).collect();
                filled.extend(group.iter().map(set));
            }
        }
        filled
    }
}

/// The part of a field that an error message shows: its name, without the email's text after it.
fn shown(field: &str) -> String {
    let name = field.trim_start().chars().take_while(|c| c.is_alphanumeric() || "._-".contains(*c));
    name.take(policy::FIELD_SHOWN_CHARS).collect()
}

fn spelled(fields: &[&str]) -> String {
    fields.iter().map(|name| format!("{{{{.{name}}}}}")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(pairs: &[(&'static str, &str)]) -> Values {
        pairs.iter().map(|(name, text)| (*name, (*text).to_owned())).collect()
    }

    #[test]
    fn fields_are_spelled_as_go_spells_them() {
        for text in ["Hi {{.Login}}!", "Hi {{ .Login }}!", "  Hi {{\t.Login}}!  "] {
            let line = Line::parse(text, &["Login"]).unwrap();
            assert_eq!(plain(&line.fill(&[&values(&[("Login", "ada")])])), "Hi ada!", "{text}");
        }
    }

    #[test]
    fn a_wrong_field_is_named() {
        for (text, told) in [
            ("{{.Lgin}}", "has no field {{.Lgin}}, but {{.Login}}, {{.Link}}"),
            ("{{Login}}", "has no field {{Login}}, but {{.Login}}, {{.Link}}"),
            ("{{ .login }}", "has no field {{.login}}, but {{.Login}}, {{.Link}}"),
            ("{{}}", "has no field {{}}, but {{.Login}}, {{.Link}}"),
            ("{{. Login}}", "has no field {{.}}, but {{.Login}}, {{.Link}}"),
            ("{{if .Login}}", "has no field {{if}}, but {{.Login}}, {{.Link}}"),
            ("Hi {{.Login, secret words", "opens {{.Login and does not close it"),
            ("Hi {{.Login}\n}", "opens {{.Login and does not close it"),
            ("{{.Login}} {{", "opens {{ and does not close it"),
        ] {
            assert_eq!(Body::parse(text, &["Login"], &["Link"]).unwrap_err(), told, "{text}");
        }
        assert!(Line::parse(&format!("{{{{{}", "a".repeat(5000)), &[]).unwrap_err().len() < 100);
    }

    #[test]
    fn what_a_value_says_is_not_read_again_and_stays_on_its_line() {
        let line = Line::parse("{{.Login}}{{.Link}}", &["Login", "Link"]).unwrap();
        let filled = line.fill(&[&values(&[("Login", "{{.Link}}\r\nBcc: eve"), ("Link", "x")])]);
        assert_eq!(plain(&filled), "{{.Link}}Bcc: evex");
    }

    #[test]
    fn paragraphs_about_a_link_are_repeated_for_each() {
        let text = "To {{.AppName}}:\n\n{{.Login}} of {{.AppName}}\nhas a link:\n \n{{.Link}}\r\n\r\n\r\nBye\n";
        let body = Body::parse(text, &["AppName"], &["Login", "Link"]).unwrap();
        let link = |login, link| values(&[("Login", login), ("Link", link)]);
        let filled = body.fill(&values(&[("AppName", "App")]), &[link("ada", "a"), link("bob", "b")]);
        let lines = filled.iter().map(|lines| lines.iter().map(|line| plain(line)).collect::<Vec<_>>().join("|"));
        let expected = ["To App:", "ada of App|has a link:", "a", "bob of App|has a link:", "b", "Bye"];
        assert_eq!(lines.collect::<Vec<_>>(), expected);
    }
}
