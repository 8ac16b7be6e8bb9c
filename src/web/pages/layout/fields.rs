//! What forms are filled in with: a label, and the hints by which browsers and password managers know what goes in.

use maud::{Markup, html};

use crate::domain::error::Field;
use crate::domain::settings::settings::Settings;
use crate::words::catalogue::Words;

/// A line of text, with what is in it already.
pub fn text(field: Field, label: &str, value: &str, autocomplete: &str) -> Markup {
    html! {
        label for=(field) { (label) }
        input id=(field) name=(field) value=(value) autocomplete=(autocomplete) autocapitalize="none" spellcheck="false" required;
    }
}

/// A login name that is being chosen.
pub fn login(words: &Words, value: &str) -> Markup {
    html! {
        label for="login" { (words.fields.login) }
        input id="login" name="login" value=(value) autocomplete="username" autocapitalize="none" spellcheck="false" required
              aria-describedby="login-rule";
        p class="hint" id="login-rule" { (words.fields.login_rule) }
    }
}

/// The one a password is for: its owner sees whose it is, and the password manager knows where it belongs.
pub fn whose(words: &Words, login: &str) -> Markup {
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

/// Whose password is asked for: people see it elsewhere, password managers look for it in the form.
pub fn username(login: &str) -> Markup {
    html! { input type="text" value=(login) autocomplete="username" readonly hidden; }
}

/// The one somebody has.
pub fn password(field: Field, label: &str) -> Markup {
    html! {
        label for=(field) { (label) }
        input id=(field) type="password" name=(field) autocomplete="current-password" required;
    }
}

/// One that is being chosen. The script says how it does while it is typed; whether it will do the house decides.
pub fn new_password(field: Field, words: &Words, settings: &Settings) -> Markup {
    let fewest = settings.accounts.password_min_chars;
    let [short, enough, long] = words.layout.strength;
    html! {
        label for=(field) { ((words.fields.new_password)(fewest)) }
        input id=(field) type="password" name=(field) autocomplete="new-password" minlength=(fewest) required
              data-short=(short) data-enough=(enough) data-long=(long);
    }
}

/// The code of a letter.
pub fn code(words: &Words) -> Markup {
    html! {
        label for="code" { (words.fields.code) }
        input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" required autofocus;
    }
}
