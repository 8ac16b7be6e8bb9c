//! Emails to users: the data of each, and everything about it except its texts, which are in `words`.

use serde::Serialize;
use serde::de::{DeserializeOwned, Error as _};
use serde_json::{Map, Value};

use crate::domain::accounts::email_change::{self, EmailChange, EmailUndo};
use crate::domain::accounts::password_reset::{self, PasswordReset};
use crate::domain::accounts::registration;
use crate::domain::accounts::user::Role;
use crate::domain::credentials::factor_undo::{self, FactorUndo};
use crate::domain::env_reader::EnvReader;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::mail::activation_link::ActivationLink;
use crate::domain::mail::budget::Budget;
use crate::domain::mail::factor_kind::FactorKind;
use crate::domain::mail::message_templates::{EmailSpec, Template};
use crate::domain::mail::placeholders::{Contents, Placeholders};
use crate::domain::mail::template::LINK;
use crate::domain::mail::withheld::Withheld;
use crate::domain::policy;
use crate::domain::tokens::token_summary::TokenSummary;

/// An email's kind and data. Text and links are added when it is rendered. The outbox stores these names: they never change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Email {
    /// The links that activate registrations: several, if several are pending for one address.
    Activation { links: Vec<ActivationLink> },
    /// To the owner of an account, when its address is used to register, to request activation, or as the new address of
    /// another account.
    AccountExists,
    /// A spent refresh token was reused: its session was ended.
    RefreshTokenReused { agent: String, signed_in_at: String },
    /// The link for choosing a new password.
    Recovery { recovery: Id<PasswordReset>, address: String, works_until: String },
    /// A one-time code.
    Code { code: String, address: String, works_until: String },
    /// The password has changed.
    PasswordChanged {
        address: String,
        changed_at: String,
        /// The tokens that remain valid, described.
        keys: Vec<TokenSummary>,
    },
    /// A sign-in from a network the account did not know.
    NewPlace { address: String, agent: String, signed_in_at: String },
    /// To the new address of an account: the link that confirms it.
    EmailChanging { change: Id<EmailChange>, login: String, address: String, works_until: String },
    /// To the previous address of an account: the link that undoes the change.
    EmailChanged { undo: Id<EmailUndo>, login: String, address: String, changed_at: String, works_until: String },
    /// To the previous address of an account that returned to an earlier one: this change cannot be undone from here.
    EmailWentBack { login: String, address: String, changed_at: String },
    /// A second factor, a passkey or recovery codes were added to the account: for its first second factor with the link that
    /// undoes this.
    FactorAdded {
        factor: FactorKind,
        undo: Option<Id<FactorUndo>>,
        address: String,
        changed_at: String,
        /// The end of the link; empty without one.
        works_until: String,
    },
    /// A second factor or a passkey was removed from the account.
    FactorRemoved { factor: FactorKind, address: String, changed_at: String },
    /// To the address of a deleted account.
    AccountDeleted { address: String, deleted_at: String },
    /// An administrator has disabled the account.
    AccountDisabled { changed_at: String },
    /// An administrator has enabled it again.
    AccountEnabled { changed_at: String },
    /// An administrator has changed its role.
    RoleChanged { role: Role, changed_at: String },
    /// An administrator requires a new password: the link for choosing it.
    ResetStarted { recovery: Id<PasswordReset>, works_until: String },
    /// An administrator has removed the account's second factors, passkeys and recovery codes.
    FactorsReset { changed_at: String },
    /// A new token can act for the account.
    TokenCreated { key: TokenSummary, address: String, created_at: String, works_until: String },
    /// A recovery code has replaced the second factor; `left` others are unused.
    RecoveryCodeUsed { address: String, used_at: String, left: u32 },
    /// A passkey's counter was not greater than before: there may be a copy of it. The sign-in was refused.
    PasskeyCounter { address: String, agent: String, tried_at: String },
    /// The account has no password any more.
    PasswordRemoved { address: String, changed_at: String },
    /// The user has approved a device with the code that it showed.
    DeviceSignedIn { client: String, agent: String, address: String, approved_at: String },
    /// Replaces all emails of a kind that exceed a mailbox's budget.
    Withheld { what: Withheld },
}

/// One entry per email, in this order:
///
/// * its variant of [`Email`], with its data; its name in the outbox, which is also its field of `words::emails::Emails`; and
///   its name in `MAIL_<NAME>_SUBJECT` and `MAIL_<NAME>_BODY`
/// * `fields`: the placeholders of subject and body, with their values; every email also has `AppName`
/// * `links`: what it has links to, and the placeholders of each link, with their values
/// * `required`: the placeholders that a body must have, so that its reader is able to act, and safely
/// * `budget`: if it is not the usual one
/// * `withheld`: its name in the notice that replaces it beyond its budget, if that is not the general one
macro_rules! emails {
    (($with:ident) $(
        $variant:ident { $($datum:ident),* } => $word:ident $variable:ident {
            fields: [$($field:literal => $value:expr),*],
            $(links: $each:ident in $all:tt => [$($of_link:expr => $link_value:expr),* $(,)?],)?
            $(required: [$($required:expr),*],)?
            $(budget: $budget:expr,)?
            $(withheld: $withheld:expr,)?
        }
    )*) => {
        $(const $variable: EmailSpec = EmailSpec::new(
            stringify!($word),
            [concat!("MAIL_", stringify!($variable), "_SUBJECT"), concat!("MAIL_", stringify!($variable), "_BODY")],
            |emails| &emails.$word,
            &["AppName", $($field),*],
        )
        $(.with_links(&[$($of_link),*]))?
        $(.requiring(&[$($required),*]))?
        $(.within($budget))?
        $(.withheld_as($withheld))?;)*

        impl Email {
            /// Every email, in the order of the table.
            pub const ALL: &[EmailSpec] = &[$($variable),*];

            pub const fn spec(&self) -> &'static EmailSpec {
                match self { $(Self::$variant { .. } => &$variable),* }
            }

            /// The email that was serialized as these members: the kind, and the data of its variant. Written out, because the
            /// deserializer that `serde` derives for such an enum weighs ten times as much in WASM.
            pub fn read(members: &mut Map<String, Value>) -> serde_json::Result<Self> {
                let kind: String = member(members, "kind")?;
                match kind.as_str() {
                    $(stringify!($word) => Ok(Self::$variant { $($datum: member(members, stringify!($datum))?),* }),)*
                    _ => Err(serde_json::Error::custom(format_args!("unknown kind of email: {kind}"))),
                }
            }

            /// The values of its placeholders.
            pub fn contents(&self, $with: &Placeholders<'_>) -> Contents {
                match self {
                    $(Self::$variant { $($datum),* } => Contents::of(vec![$(($field, $value)),*])
                        $(.linking($all.iter().map(|$each| vec![$(($of_link, $link_value)),*]).collect()))?,)*
                }
            }
        }

        /// The place of each email in [`Email::ALL`].
        #[derive(Clone, Copy)]
        enum Position { $($variant),* }

        impl Email {
            const fn place(&self) -> usize {
                match self { $(Self::$variant { .. } => Position::$variant as usize),* }
            }
        }
    };
}

emails! { (with)
    Activation { links } => activation ACTIVATION {
        fields: [],
        links: link in links => [
            "Login" => link.login.clone(),
            "AskedAt" => link.asked_at.clone(),
            "Address" => with.origin(&link.address),
            "WorksUntil" => link.works_until.clone(),
            LINK => with.link("activate", &registration::TOKEN.spell(with.keys, link.registration)),
        ],
        // Another person may have registered the same name with this address and a password of their own: the time of the
        // request tells the links apart.
        required: ["AskedAt", LINK],
        withheld: Withheld::Activation,
    }
    AccountExists {} => account_exists ACCOUNT_EXISTS {
        fields: [],
    }
    RefreshTokenReused { agent, signed_in_at } => refresh_token_reused REFRESH_TOKEN_REUSED {
        fields: ["SignedInAt" => signed_in_at.clone(), "Device" => with.device(agent)],
    }
    Recovery { recovery, address, works_until } => recovery RECOVERY {
        fields: ["Address" => with.origin(address), "WorksUntil" => works_until.clone()],
        links: id in [*recovery] => [LINK => with.link("recover", &password_reset::TOKEN.spell(with.keys, *id))],
        required: [LINK],
        withheld: Withheld::Recovery,
    }
    Code { code, address, works_until } => code CODE {
        fields: ["Code" => code.clone(), "Address" => with.origin(address), "WorksUntil" => works_until.clone()],
        required: ["Code"],
        // Codes are limited when they are created (`store::codes`), separately for known and unknown clients of one network.
        budget: Budget { of_network: 2 * policy::MAIL_BUDGET, ..Budget::USUAL },
        withheld: Withheld::Code,
    }
    PasswordChanged { address, changed_at, keys } => password_changed PASSWORD_CHANGED {
        fields: ["ChangedAt" => changed_at.clone(), "Address" => with.origin(address), "Keys" => with.keys_in_words(keys)],
    }
    NewPlace { address, agent, signed_in_at } => new_place NEW_PLACE {
        fields: ["SignedInAt" => signed_in_at.clone(), "Address" => with.origin(address), "Device" => with.device(agent)],
    }
    EmailChanging { change, login, address, works_until } => email_changing EMAIL_CHANGING {
        fields: ["Login" => login.clone(), "Address" => with.origin(address), "WorksUntil" => works_until.clone()],
        links: id in [*change] => [LINK => with.link("email", &email_change::CHANGE_TOKEN.spell(with.keys, *id))],
        required: [LINK],
        withheld: Withheld::Address,
    }
    EmailChanged { undo, login, address, changed_at, works_until } => email_changed EMAIL_CHANGED {
        fields: [
            "Login" => login.clone(),
            "ChangedAt" => changed_at.clone(),
            "Address" => with.origin(address),
            "WorksUntil" => works_until.clone()
        ],
        links: id in [*undo] => [LINK => with.link("email/undo", &email_change::UNDO_TOKEN.spell(with.keys, *id))],
        required: [LINK],
    }
    EmailWentBack { login, address, changed_at } => email_went_back EMAIL_WENT_BACK {
        fields: ["Login" => login.clone(), "ChangedAt" => changed_at.clone(), "Address" => with.origin(address)],
    }
    FactorAdded { factor, undo, address, changed_at, works_until } => factor_added FACTOR_ADDED {
        fields: ["Factor" => with.factor(*factor), "ChangedAt" => changed_at.clone(), "Address" => with.origin(address)],
        links: id in undo => [
            "WorksUntil" => works_until.clone(),
            LINK => with.link("security/undo", &factor_undo::TOKEN.spell(with.keys, *id)),
        ],
        required: [LINK],
    }
    FactorRemoved { factor, address, changed_at } => factor_removed FACTOR_REMOVED {
        fields: ["Factor" => with.factor(*factor), "ChangedAt" => changed_at.clone(), "Address" => with.origin(address)],
    }
    AccountDeleted { address, deleted_at } => account_deleted ACCOUNT_DELETED {
        fields: ["DeletedAt" => deleted_at.clone(), "Address" => with.origin(address)],
    }
    AccountDisabled { changed_at } => account_disabled ACCOUNT_DISABLED {
        fields: ["ChangedAt" => changed_at.clone()],
    }
    AccountEnabled { changed_at } => account_enabled ACCOUNT_ENABLED {
        fields: ["ChangedAt" => changed_at.clone()],
    }
    RoleChanged { role, changed_at } => role_changed ROLE_CHANGED {
        fields: ["Role" => with.role(*role), "ChangedAt" => changed_at.clone()],
    }
    ResetStarted { recovery, works_until } => reset_started RESET_STARTED {
        fields: ["WorksUntil" => works_until.clone()],
        links: id in [*recovery] => [LINK => with.link("recover", &password_reset::TOKEN.spell(with.keys, *id))],
        required: [LINK],
        withheld: Withheld::Recovery,
    }
    FactorsReset { changed_at } => factors_reset FACTORS_RESET {
        fields: ["ChangedAt" => changed_at.clone()],
    }
    TokenCreated { key, address, created_at, works_until } => token_created TOKEN_CREATED {
        fields: [
            "Key" => with.key(key),
            "CreatedAt" => created_at.clone(),
            "Address" => with.origin(address),
            "WorksUntil" => works_until.clone()
        ],
        budget: Budget { of_network: policy::KEYS_AT_ONCE, of_all: policy::KEYS_AT_ONCE },
    }
    RecoveryCodeUsed { address, used_at, left } => recovery_code_used RECOVERY_CODE_USED {
        fields: ["UsedAt" => used_at.clone(), "Address" => with.origin(address), "Left" => left.to_string()],
    }
    PasskeyCounter { address, agent, tried_at } => passkey_counter PASSKEY_COUNTER {
        fields: ["TriedAt" => tried_at.clone(), "Address" => with.origin(address), "Device" => with.device(agent)],
    }
    PasswordRemoved { address, changed_at } => password_removed PASSWORD_REMOVED {
        fields: ["ChangedAt" => changed_at.clone(), "Address" => with.origin(address)],
    }
    DeviceSignedIn { client, agent, address, approved_at } => device_signed_in DEVICE_SIGNED_IN {
        fields: [
            "Client" => client.clone(),
            "Device" => with.device(agent),
            "Address" => with.origin(address),
            "ApprovedAt" => approved_at.clone()
        ],
    }
    Withheld { what } => withheld WITHHELD {
        fields: ["What" => with.withheld(*what)],
    }
}

/// The texts of every email, in the order of [`Email::ALL`].
pub struct Templates(Vec<Template>);

impl Templates {
    /// Reads all of them before it fails, so that every wrong variable is reported.
    pub fn read(read: &mut EnvReader<'_>) -> Option<Self> {
        let templates: Vec<_> = Email::ALL.iter().map(|spec| spec.read(read)).collect();
        templates.into_iter().collect::<Option<_>>().map(Self)
    }

    pub fn of(&self, message: &Email) -> Result<&Template, Fault> {
        self.0.get(message.place()).ok_or_else(|| Fault::new("email", "there is no template of this kind"))
    }
}

/// One member of a serialized email. A member that is missing is read as `null`.
fn member<T: DeserializeOwned>(members: &mut Map<String, Value>, name: &str) -> serde_json::Result<T> {
    serde_json::from_value(members.remove(name).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_has_the_same_name_in_the_outbox_and_in_its_variables() {
        for spec in Email::ALL {
            let mut queued = Map::from_iter([("kind".to_owned(), Value::from(spec.kind))]);
            let unknown =
                Email::read(&mut queued).err().is_some_and(|error| error.to_string().contains("unknown kind"));
            assert!(!unknown, "{} is not the variant's name", spec.kind);
            let name = spec.kind.to_uppercase();
            let variables = (format!("MAIL_{name}_SUBJECT"), format!("MAIL_{name}_BODY"));
            assert_eq!((spec.subject_variable, spec.body_variable), (variables.0.as_str(), variables.1.as_str()));
        }
    }
}
