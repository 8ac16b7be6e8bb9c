//! Every door of the house, on one page.

use crate::domain::error::Error;
use crate::domain::limit::Lane;
use crate::domain::settings::Envelope;
use crate::flows::visit::Visit;
use crate::ports::Platform;
use crate::web::request::Request;
use crate::web::response::Response;
use crate::web::{
    account, dialect_s, email, envelope, export, health, links, mailbox, one_time_code, page, recovery, session,
    sessions, well_known,
};

/// The methods doors answer to. `HEAD` is `GET` without its body (RFC 9110 §9.3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Get,
    Post,
    Delete,
}

/// What stands behind a path and a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    Health,
    Ready,
    Jwks,
    Register,
    Activate,
    SendActivation,
    Login,
    Me,
    Refresh,
    Logout,
    LogoutAll,
    Verify,
    Recover,
    CheckRecovery,
    ResetPassword,
    RequestCode,
    VerifyCode,
    Sessions,
    EndSession,
    Reauthenticate,
    ChangePassword,
    RequestEmailChange,
    ConfirmEmailChange,
    UndoEmailChange,
    DeleteAccount,
    Export,
    ActivationForm,
    ActivationButton,
    RecoveryForm,
    RecoveryButton,
    EmailChangeForm,
    EmailChangeButton,
    EmailUndoForm,
    EmailUndoButton,
    LocalMailbox,
    Style,
}

/// A path's doors, and the `Allow` header that says so.
pub struct Place {
    pub doors: &'static [(Verb, Door)],
    pub allow: &'static str,
}

const fn get(doors: &'static [(Verb, Door)]) -> Option<Place> {
    Some(Place { doors, allow: "GET, HEAD, OPTIONS" })
}

const fn post(doors: &'static [(Verb, Door)]) -> Option<Place> {
    Some(Place { doors, allow: "POST, OPTIONS" })
}

const fn delete(doors: &'static [(Verb, Door)]) -> Option<Place> {
    Some(Place { doors, allow: "DELETE, OPTIONS" })
}

const fn both(doors: &'static [(Verb, Door)]) -> Option<Place> {
    Some(Place { doors, allow: "GET, HEAD, POST, OPTIONS" })
}

const fn get_or_delete(doors: &'static [(Verb, Door)]) -> Option<Place> {
    Some(Place { doors, allow: "GET, HEAD, DELETE, OPTIONS" })
}

/// What is at a path.
pub fn place(segments: &[&str]) -> Option<Place> {
    use Verb::{Delete, Get, Post};
    match segments {
        ["health"] => get(&[(Get, Door::Health)]),
        ["health", "ready"] => get(&[(Get, Door::Ready)]),
        [".well-known", "jwks.json"] => get(&[(Get, Door::Jwks)]),

        ["api", "auth", "local", "register"] => post(&[(Post, Door::Register)]),
        ["api", "auth", "local", "activate"] => post(&[(Post, Door::Activate)]),
        ["api", "auth", "local", "activate", "send"] => post(&[(Post, Door::SendActivation)]),
        ["api", "auth", "local", "login"] => post(&[(Post, Door::Login)]),
        ["api", "auth", "me"] => get_or_delete(&[(Get, Door::Me), (Delete, Door::DeleteAccount)]),
        ["api", "auth", "me", "export"] => get(&[(Get, Door::Export)]),
        ["api", "auth", "token", "refresh"] => post(&[(Post, Door::Refresh)]),
        ["api", "auth", "logout"] => post(&[(Post, Door::Logout)]),
        ["api", "auth", "logout", "all"] => post(&[(Post, Door::LogoutAll)]),
        ["api", "auth", "local", "recover"] => post(&[(Post, Door::Recover)]),
        ["api", "auth", "local", "recover", "check"] => post(&[(Post, Door::CheckRecovery)]),
        ["api", "auth", "local", "recover", "reset"] => post(&[(Post, Door::ResetPassword)]),
        ["api", "auth", "otp", "request"] => post(&[(Post, Door::RequestCode)]),
        ["api", "auth", "otp", "verify"] => post(&[(Post, Door::VerifyCode)]),
        ["api", "auth", "sessions"] => get(&[(Get, Door::Sessions)]),
        ["api", "auth", "sessions", _] => delete(&[(Delete, Door::EndSession)]),
        ["api", "auth", "reauthenticate"] => post(&[(Post, Door::Reauthenticate)]),
        ["api", "auth", "password"] => post(&[(Post, Door::ChangePassword)]),
        ["api", "auth", "email"] => post(&[(Post, Door::RequestEmailChange)]),
        ["api", "auth", "email", "confirm"] => post(&[(Post, Door::ConfirmEmailChange)]),
        ["api", "auth", "email", "undo"] => post(&[(Post, Door::UndoEmailChange)]),
        ["api", "auth", "verify"] => get(&[(Get, Door::Verify)]),

        ["account", "activate"] => both(&[(Get, Door::ActivationForm), (Post, Door::ActivationButton)]),
        ["account", "recover"] => both(&[(Get, Door::RecoveryForm), (Post, Door::RecoveryButton)]),
        ["account", "email"] => both(&[(Get, Door::EmailChangeForm), (Post, Door::EmailChangeButton)]),
        ["account", "email", "undo"] => both(&[(Get, Door::EmailUndoForm), (Post, Door::EmailUndoButton)]),
        ["dev", "mail"] => get(&[(Get, Door::LocalMailbox)]),
        ["assets", "page.css"] => get(&[(Get, Door::Style)]),
        _ => None,
    }
}

/// The door for a method at a path.
pub fn find(method: &http::Method, segments: &[&str]) -> Result<Door, Error> {
    let place = place(segments).ok_or(Error::NotFound)?;
    let verb = match method.as_str() {
        "GET" | "HEAD" => Some(Verb::Get),
        "POST" => Some(Verb::Post),
        "DELETE" => Some(Verb::Delete),
        _ => None,
    };
    let door = place.doors.iter().find(|(known, _)| Some(*known) == verb);
    door.map(|(_, door)| *door).ok_or(Error::MethodNotAllowed(place.allow))
}

/// How often an address may come through a door. What costs no more than a look is not counted; nor is `verify`, where a
/// gateway's one address asks for everybody. `Ready` counts for itself.
pub const fn lane(door: Door) -> Option<Lane> {
    match door {
        Door::Login
        | Door::VerifyCode
        | Door::Reauthenticate
        | Door::ChangePassword
        | Door::Activate
        | Door::CheckRecovery
        | Door::ResetPassword
        | Door::ConfirmEmailChange
        | Door::UndoEmailChange
        | Door::ActivationButton
        | Door::RecoveryButton
        | Door::EmailChangeButton
        | Door::EmailUndoButton => Some(Lane::Guess),
        Door::Register | Door::SendActivation | Door::Recover | Door::RequestCode | Door::RequestEmailChange => {
            Some(Lane::Letter)
        }
        Door::Refresh | Door::Logout | Door::LogoutAll | Door::EndSession | Door::DeleteAccount | Door::Export => {
            Some(Lane::Traffic)
        }
        Door::Health
        | Door::Ready
        | Door::Jwks
        | Door::Me
        | Door::Verify
        | Door::Sessions
        | Door::ActivationForm
        | Door::RecoveryForm
        | Door::EmailChangeForm
        | Door::EmailUndoForm
        | Door::LocalMailbox
        | Door::Style => None,
    }
}

/// Goes through a door.
pub async fn enter(door: Door, visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    match door {
        Door::Health => Ok(health::alive()),
        Door::Ready => health::ready(visit).await,
        Door::Jwks => Ok(well_known::jwks(visit)),
        Door::Register => account::register(visit, request).await,
        Door::Activate => account::activate(visit, request).await,
        Door::SendActivation => account::send_activation(visit, request).await,
        Door::Login => account::login(visit, request).await,
        Door::Me => account::me(visit, request).await,
        Door::Refresh => session::refresh(visit, request).await,
        Door::Logout => session::logout(visit, request).await,
        Door::LogoutAll => sessions::end_all(visit, request).await,
        Door::Recover => recovery::request(visit, request).await,
        Door::CheckRecovery => recovery::check(visit, request).await,
        Door::ResetPassword => recovery::reset(visit, request).await,
        Door::RequestCode => one_time_code::request(visit, request).await,
        Door::VerifyCode => one_time_code::verify(visit, request).await,
        Door::Sessions => sessions::list(visit, request).await,
        Door::EndSession => sessions::end(visit, request).await,
        Door::Reauthenticate => sessions::reauthenticate(visit, request).await,
        Door::ChangePassword => sessions::change_password(visit, request).await,
        Door::RequestEmailChange => email::request(visit, request).await,
        Door::ConfirmEmailChange => email::confirm(visit, request).await,
        Door::UndoEmailChange => email::undo(visit, request).await,
        Door::DeleteAccount => account::delete(visit, request).await,
        Door::Export => export::export(visit, request).await,
        Door::Verify => session::verify(visit, request).await,
        Door::ActivationForm => links::activation_form(visit, request),
        Door::ActivationButton => links::activate(visit, request).await,
        Door::RecoveryForm => links::recovery_form(visit, request),
        Door::RecoveryButton => links::reset(visit, request).await,
        Door::EmailChangeForm => links::email_change_form(visit, request),
        Door::EmailChangeButton => links::confirm_email_change(visit, request).await,
        Door::EmailUndoForm => links::email_undo_form(visit, request),
        Door::EmailUndoButton => links::undo_email_change(visit, request).await,
        Door::LocalMailbox => mailbox::show(visit).await,
        Door::Style => Ok(page::style()),
    }
}

/// An error in the language of its path: pages for people, dialect S for everyone else.
pub fn refuse(segments: &[&str], error: &Error, envelope: Envelope) -> Response {
    match segments.first() {
        Some(&"account" | &"dev") => page::refuse(error),
        _ => envelope::seal_refusal(envelope, dialect_s::refuse(error), error),
    }
}
