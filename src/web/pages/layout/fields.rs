//! Form fields: a label, and the hints by which browsers and password managers know what to fill in.

use maud::{Markup, html};

use crate::domain::error::Field;
use crate::domain::settings::settings::Settings;
use crate::words::catalogue::Words;

/// A line of text, with its current value.
pub fn text(field: Field, label: &str, value: &str, autocomplete: &str) -> Markup {
    html! {
        label for=(field) { (label) }
        input id=(field) name=(field) value=(value) autocomplete=(autocomplete) autocapitalize="none" spellcheck="false" required;
    }
}

/// A new username.
pub fn login(words: &Words, value: &str) -> Markup {
    html! {
        label for="login" { (words.fields.login) }
        input id="login" name="login" value=(value) autocomplete="username" autocapitalize="none" spellcheck="false" required
              aria-describedby="login-rule";
        p class="hint" id="login-rule" { (words.fields.login_rule) }
    }
}

/// The username that a new password belongs to: shown to the user, and read by the password manager.
pub fn readonly_username(words: &Words, login: &str) -> Markup {
    html! {
        label for="login" { (words.fields.login) }
        input id="login" value=(login) autocomplete="username" readonly;
    }
}

pub fn email(words: &Words, value: &str) -> Markup {
    html! {
        label for="email" { (words.fields.email) }
        input id="email" type="email" name="email" value=(value) autocomplete="email" required;
    }
}

/// The username that a password belongs to, hidden: users see it elsewhere, but password managers look for it in the form.
pub fn username(login: &str) -> Markup {
    html! { input type="text" value=(login) autocomplete="username" readonly hidden; }
}

/// The current password.
pub fn password(field: Field, label: &str) -> Markup {
    html! {
        label for=(field) { (label) }
        input id=(field) type="password" name=(field) autocomplete="current-password" required;
    }
}

/// A new password. The script shows its strength while it is typed; the service decides whether it is accepted.
pub fn new_password(field: Field, words: &Words, settings: &Settings) -> Markup {
    let fewest = settings.accounts.password_min_chars;
    let [short, enough, long] = words.layout.strength;
    html! {
        label for=(field) { ((words.fields.new_password)(fewest)) }
        input id=(field) type="password" name=(field) autocomplete="new-password" minlength=(fewest) required
              data-short=(short) data-enough=(enough) data-long=(long);
    }
}

/// A code from an email.
pub fn code(words: &Words) -> Markup {
    html! {
        label for="code" { (words.fields.code) }
        input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" required autofocus;
    }
}
