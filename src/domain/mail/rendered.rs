//! An email as a mail client gets it: the same text as plain text and, in our layout, as HTML.

use maud::{DOCTYPE, Markup, html};

use crate::domain::mail::template::{Span, plain};
use crate::words::language::Language;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderedEmail {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// The layout around an email's text.
pub struct Frame<'a> {
    pub app_name: &'a str,
    /// The label of the button that is the link.
    pub button: Option<&'a str>,
    /// The language of the text, if known: screen readers choose the pronunciation by it.
    pub language: Option<Language>,
}

impl RenderedEmail {
    /// Renders paragraphs of lines.
    pub fn render(subject: String, paragraphs: &[Vec<Vec<Span>>], frame: &Frame<'_>) -> Self {
        let html = page(&subject, paragraphs, frame).into_string();
        Self { text: text(paragraphs, frame.app_name), html, subject }
    }
}

fn text(paragraphs: &[Vec<Vec<Span>>], app_name: &str) -> String {
    let lines = |lines: &Vec<Vec<Span>>| lines.iter().map(|line| plain(line)).collect::<Vec<_>>().join("\n");
    let mut parts: Vec<_> = paragraphs.iter().map(lines).collect();
    parts.push(format!("-- \n{app_name}\n"));
    parts.join("\n\n")
}

/// One column, inline styles, no image, nothing fetched: every client displays it, also on a phone.
fn page(subject: &str, paragraphs: &[Vec<Vec<Span>>], frame: &Frame<'_>) -> Markup {
    html! {
        (DOCTYPE)
        html lang=[frame.language.map(Language::tag)] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (subject) }
            }
            body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif;color:#1c1c1c" {
                div style="max-width:560px;margin:0 auto" {
                    @for lines in paragraphs { (paragraph(lines, frame.button)) }
                    p style="color:#555555" { (frame.app_name) }
                }
            }
        }
    }
}

/// A link on a line of its own becomes a button, with the URL below it for readers who want to see where it leads.
fn paragraph(lines: &[Vec<Span>], button: Option<&str>) -> Markup {
    const BUTTON: &str = "display:inline-block;padding:12px 20px;border-radius:6px;background:#1f4d3d;color:#ffffff;\
                          text-decoration:none;font-weight:600";
    html! {
        @for stretch in lines.chunk_by(|one, next| lone_link(one).or(lone_link(next)).is_none()) {
            @if let Some(link) = stretch.first().and_then(|line| lone_link(line)) {
                p { a href=(link) style=(BUTTON) { (button.unwrap_or(link)) } }
                p style="font-size:14px;color:#555555;word-break:break-all" { (link) }
            } @else {
                p {
                    @for (place, line) in stretch.iter().enumerate() {
                        @if place > 0 { br; }
                        @for Span { text, is_link } in line {
                            @if *is_link { a href=(text) { (text) } } @else { (text) }
                        }
                    }
                }
            }
        }
    }
}

fn lone_link(line: &[Span]) -> Option<&str> {
    match line {
        [Span { text, is_link: true }] => Some(text),
        _ => None,
    }
}
