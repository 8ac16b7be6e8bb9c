//! Entries of the audit log: actor, act, address and outcome. Never a secret.

use crate::domain::accounts::user::User;
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::domain::oauth::client::ClientId;
use crate::domain::sessions::auth_methods::AuthMethods;
use crate::domain::sessions::session::Session;
use crate::domain::tokens::api_token::ApiToken;

/// One act per line, with its word in the log.
macro_rules! acts {
    ($($act:ident $word:literal)*) => {
        /// An authentication act that leaves an entry.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Act { $($act),* }

        impl Act {
            pub const ALL: &[Self] = &[$(Self::$act),*];

            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$act => $word),* }
            }
        }
    };
}

acts! {
    Register            "register"
    Activate            "activate"
    SendActivation      "send_activation"
    DeclineRegistration "decline_registration"
    SignIn              "sign_in"
    Refresh             "refresh"
    SignOut             "sign_out"
    SignOutAll          "sign_out_all"
    EndSession          "end_session"
    EndOtherSessions    "end_other_sessions"
    Reauthenticate      "reauthenticate"
    RequestCode         "request_code"
    Recover             "recover"
    ResetPassword       "reset_password"
    ChangePassword      "change_password"
    RequestEmailChange  "request_email_change"
    ChangeEmail         "change_email"
    UndoEmailChange     "undo_email_change"
    AddFactor           "add_factor"
    RemoveFactor        "remove_factor"
    RenameFactor        "rename_factor"
    RemovePassword      "remove_password"
    RenewRecoveryCodes  "renew_recovery_codes"
    UndoFactor          "undo_factor"
    ForgetBrowsers      "forget_browsers"
    DeleteAccount       "delete_account"
    Export              "export"
    DisableUser         "disable_user"
    EnableUser          "enable_user"
    Promote             "promote"
    Demote              "demote"
    EndUserSession      "end_user_session"
    EndUserSessions     "end_user_sessions"
    StartReset          "start_reset"
    ResetFactors        "reset_factors"
    CreateToken         "create_token"
    EndToken            "end_token"
    EndUserToken        "end_user_token"
    IssueTicket         "issue_ticket"
    RedeemTicket        "redeem_ticket"
    Authorize           "authorize"
    RedeemCode          "redeem_code"
    EnterDeviceCode     "enter_device_code"
    ApproveDevice       "approve_device"
    DenyDevice          "deny_device"
    RedeemDeviceCode    "redeem_device_code"
    WithdrawConsent     "withdraw_consent"
    ChooseLanguage      "choose_language"
    ListUsers           "list_users"
    ViewUser            "view_user"
    ViewUserSessions    "view_user_sessions"
    ViewUserTokens      "view_user_tokens"
    ViewLog             "view_log"
    CreateClient        "create_client"
    ChangeClient        "change_client"
    RotateClientSecret  "rotate_client_secret"
    EndClientSecret     "end_client_secret"
    DisableClient       "disable_client"
    EnableClient        "enable_client"
    DeleteClient        "delete_client"
    ListClients         "list_clients"
    ViewClient          "view_client"
}

impl Act {
    /// Whether clients without an account may do it: a flood of such acts must not fill a table.
    pub const fn is_a_strangers(self) -> bool {
        matches!(self, Self::Register | Self::SendActivation | Self::RequestCode | Self::Recover)
    }

    /// Whether it changes nothing: such acts are repeated by reading, paging and reloading.
    pub const fn is_a_look(self) -> bool {
        use Act::{
            IssueTicket, ListClients, ListUsers, ViewClient, ViewLog, ViewUser, ViewUserSessions, ViewUserTokens,
        };
        let lists = matches!(self, ListUsers | ListClients | ViewUserSessions | ViewUserTokens | ViewLog);
        lists || matches!(self, ViewUser | ViewClient | IssueTicket)
    }
}

/// An entry before the request adds time, address, agent and request id.
#[derive(Clone, Debug)]
pub struct Entry {
    pub act: Act,
    /// "ok" or an error's word.
    pub outcome: &'static str,
    /// The user, where no session identifies them.
    pub user: Option<Id<User>>,
    /// The user an administrator acted on.
    pub target: Option<Id<User>>,
    pub session: Option<Id<Session>>,
    /// The token acted on.
    pub token: Option<Id<ApiToken>>,
    /// The token that authenticated the request.
    pub by_token: Option<Id<ApiToken>>,
    pub methods: Option<AuthMethods>,
    /// The `client_id` of the OAuth client it is about.
    pub client: Option<String>,
    /// The submitted name or address, as a keyed pseudonym: failures of anonymous clients can be told apart, and no address
    /// of a person without an account is stored.
    pub identifier: Option<String>,
}

impl Entry {
    pub const OK: &'static str = "ok";

    /// A successful act, unless [`Entry::failed`] changes the outcome.
    pub fn of(act: Act) -> Self {
        Self {
            act,
            outcome: Self::OK,
            user: None,
            target: None,
            session: None,
            token: None,
            by_token: None,
            methods: None,
            client: None,
            identifier: None,
        }
    }

    /// Whether it shares a row with similar entries from one network within a minute.
    pub fn shares_a_row(&self) -> bool {
        self.outcome != Self::OK || self.act.is_a_strangers() || self.act.is_a_look()
    }

    /// Whether the request had neither a session nor a token. The targeted account makes no difference, because its existence
    /// must not be revealed.
    pub const fn is_of_a_stranger(&self) -> bool {
        self.session.is_none() && self.by_token.is_none()
    }

    pub fn failed(self, error: &Error) -> Self {
        Self { outcome: error.code(), ..self }
    }

    pub fn by(self, user: Option<Id<User>>) -> Self {
        Self { user, ..self }
    }

    pub fn done_to(self, target: Id<User>) -> Self {
        Self { target: Some(target), ..self }
    }

    pub fn in_session(self, session: Id<Session>) -> Self {
        Self { session: Some(session), ..self }
    }

    pub fn of_token(self, token: Id<ApiToken>) -> Self {
        Self { token: Some(token), ..self }
    }

    pub fn with_token(self, token: Id<ApiToken>) -> Self {
        Self { by_token: Some(token), ..self }
    }

    pub fn with(self, methods: impl Into<AuthMethods>) -> Self {
        Self { methods: Some(methods.into()), ..self }
    }

    pub fn of_client(self, client: &ClientId) -> Self {
        Self { client: Some(client.to_string()), ..self }
    }

    pub fn about(self, pseudonym: String) -> Self {
        Self { identifier: Some(pseudonym), ..self }
    }
}
