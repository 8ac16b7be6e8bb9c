//! Gatehouse: every auth route of an application, answered at the edge by one Cloudflare Worker.
//!
//! The code has floors, in the order of this file, and each uses only those before it (`tests/architecture.rs` enforces it):
//! words, domain, ports, store, flows, web, and the adapter to Cloudflare's runtime.

/// Texts for users: pages and email, one folder per language. `catalogue` lists what each language must have.
pub mod words {
    pub mod account;
    pub mod admin;
    pub mod catalogue;
    pub mod clients;
    pub mod devices;
    pub mod emails;
    pub mod errors;
    pub mod identity_providers;
    pub mod language;
    pub mod layout;
    pub mod oauth;
    pub mod passkeys;
    pub mod security;
    pub mod sign_in;
    pub mod tokens;

    mod english {
        mod account;
        mod admin;
        mod clients;
        mod devices;
        mod emails;
        mod errors;
        mod identity_providers;
        mod layout;
        mod oauth;
        mod passkeys;
        mod security;
        mod sign_in;
        mod tokens;
        mod words;

        pub use words::WORDS;
    }

    mod german {
        mod account;
        mod admin;
        mod clients;
        mod devices;
        mod emails;
        mod errors;
        mod identity_providers;
        mod layout;
        mod oauth;
        mod passkeys;
        mod security;
        mod sign_in;
        mod tokens;
        mod words;

        pub use words::WORDS;
    }
}

/// Values and rules. No I/O, no async; time and randomness are arguments.
pub mod domain {
    pub mod admin_change;
    pub mod audit;
    pub mod base_url;
    pub mod bookmark;
    pub mod env_reader;
    pub mod error;
    pub mod field_error;
    pub mod id;
    pub mod log;
    pub mod origin;
    pub mod policy;
    pub mod rate_limit;
    pub mod secret;
    pub mod timestamp;
    pub mod ttl_cache;

    /// Accounts and how they are created.
    pub mod accounts {
        pub mod email_address;
        pub mod email_change;
        pub mod login_name;
        pub mod password_reset;
        pub mod registration;
        pub mod user;
    }

    /// Other services that vouch for users: how they are configured, and what they say.
    pub mod identity_providers {
        pub mod id_token;
        pub mod identity;
        pub mod kind;
        pub mod metadata;
        pub mod provider;
        pub mod sign_in_state;
    }

    /// Passwords, one-time codes, authenticator apps and recovery codes.
    pub mod credentials {
        pub mod blocklist;
        pub mod breach_check;
        pub mod email_otp;
        pub mod enrolment;
        pub mod factor_undo;
        pub mod mfa_token;
        pub mod password;
        pub mod phc;
        pub mod recovery_codes;
        pub mod totp;
    }

    /// Keys, MACs, encryption and signatures.
    pub mod crypto {
        pub mod algorithm;
        pub mod claims;
        pub mod der;
        pub mod ed25519;
        pub mod es256;
        pub mod jwks;
        pub mod jws;
        pub mod keyring;
        pub mod pkcs8;
        pub mod rs256;
        pub mod rsa_keys;
        pub mod seal;
        pub mod signing;
        pub mod stamp;
        pub mod token_issuer;
    }

    /// Where requests come from.
    pub mod devices {
        pub mod device;
        pub mod location;
        pub mod network;
        pub mod user_agent;
    }

    /// Emails: their kinds, texts and providers.
    pub mod mail {
        pub mod activation_link;
        pub mod budget;
        pub mod factor_kind;
        pub mod message;
        pub mod message_templates;
        pub mod outgoing;
        pub mod placeholders;
        pub mod provider;
        pub mod rendered;
        pub mod sealed;
        pub mod services;
        pub mod template;
        pub mod withheld;
    }

    /// Clients and tokens of the OAuth 2.1 and OpenID Connect provider.
    pub mod oauth {
        pub mod active_token;
        pub mod authorization;
        pub mod authorization_request;
        pub mod claims;
        pub mod client;
        pub mod client_assertion;
        pub mod client_document;
        pub mod client_secret;
        pub mod client_session;
        pub mod consent_token;
        pub mod document_url;
        pub mod id_token;
        pub mod id_token_hint;
        pub mod jwk_set;
        pub mod logout_token;
        pub mod parameters;
        pub mod pkce;
        pub mod presented_id;
        pub mod redirect_uri;
        pub mod refusal;
        pub mod requesting_client;
        pub mod resource;
        pub mod scopes;
        pub mod self_description;
        pub mod self_registration;
        pub mod ticket;
        pub mod user_code;
    }

    /// Passkeys: WebAuthn without attestation.
    pub mod passkeys {
        pub mod aaguid;
        pub mod assertion;
        pub mod authenticator_data;
        pub mod cbor;
        pub mod challenge;
        pub mod client_data;
        pub mod creation;
        pub mod credential_id;
        pub mod key_name;
        pub mod options;
        pub mod public_key;
        pub mod refusal;
        pub mod registration;
        pub mod relying_party;
        pub mod response;
        pub mod transports;
        pub mod user_verification;
    }

    /// User sessions and the tokens issued to them.
    pub mod sessions {
        pub mod access_token;
        pub mod auth_methods;
        pub mod fastschema_user;
        pub mod lifetimes;
        pub mod redirect_target;
        pub mod refresh_token;
        pub mod second_factors;
        pub mod session;
        pub mod token_pair;
    }

    /// What the operator configures.
    pub mod settings {
        pub mod accounts;
        pub mod api_tokens;
        pub mod branding;
        pub mod email_otp;
        pub mod environment;
        pub mod identity_providers;
        pub mod mail;
        pub mod oauth;
        pub mod operation;
        pub mod passkeys;
        pub mod second_factors;
        pub mod sessions;
        pub mod settings;
    }

    /// Unicode: the characters, digits and domains in user input.
    pub mod text {
        pub mod characters;
        pub mod digit;
        pub mod domain_name;
    }

    /// Long-lived tokens for programs.
    pub mod tokens {
        pub mod api_token;
        pub mod private_token;
        pub mod token_summary;
    }
}

/// The service's dependencies as traits; `Platform` combines them.
pub mod ports {
    mod platform;
    mod row;
    mod sql;

    pub use platform::{
        Bounds, Capacity, Clock, Database, Entropy, KeyValue, Log, Metered, Outbound, Platform, RateLimiter, Replicas,
        Signatures,
    };
    pub use row::Row;
    pub(crate) use sql::values;
    pub use sql::{Conditional, Guard, Statement, Value};
}

/// One file per table. SQL is written here and nowhere else. Reads are async, writes are statements for a batch.
pub mod store {
    pub mod admin_users;
    pub mod applications;
    pub mod attempts;
    pub mod audit;
    pub mod authorizations;
    pub mod client_proofs;
    pub mod client_sessions;
    pub mod clients;
    pub mod codes;
    pub mod conditions;
    pub mod consents;
    pub mod deleted_users;
    pub mod device_codes;
    pub mod devices;
    pub mod email_changes;
    pub mod email_undos;
    pub mod factor_undos;
    pub mod identities;
    pub mod logout_notices;
    pub mod marks;
    pub mod networks;
    pub mod outbox;
    pub mod passkeys;
    pub mod passwords;
    pub mod pushed_requests;
    pub mod quotas;
    pub mod recoveries;
    pub mod recovery_codes;
    pub mod registrations;
    pub mod schema;
    pub mod second_factors;
    pub mod session_lists;
    pub mod sessions;
    pub mod signed_in;
    mod single_use;
    pub mod size;
    pub mod spent;
    pub mod submissions;
    mod sweep;
    pub mod tables;
    mod token_kinds;
    pub mod token_lists;
    pub mod tokens;
    pub mod totp;
    pub mod users;
}

/// One file per use case: check limits, load, decide, save in one batch, notify.
pub mod flows {
    pub mod background;
    pub mod context;
    pub mod cron;
    pub mod form_submission;
    pub mod isolate_cache;
    pub mod mail;
    pub mod rate_limit;
    pub mod readiness;
    pub mod revoke_all;
    pub mod signing;
    pub mod tokens;
    pub mod transaction;

    /// Creating, changing and deleting accounts.
    pub mod accounts {
        pub mod activate;
        pub mod activate_with_passkey;
        pub mod authenticator_app;
        pub mod change_email;
        pub mod change_password;
        pub mod delete_account;
        pub mod enrolments;
        pub mod export;
        pub mod factor_changes;
        pub mod factors;
        pub mod language;
        pub mod new_password;
        pub mod passkeys;
        pub mod recover;
        pub mod recovery_codes;
        pub mod register;
        pub mod required_app;
        pub mod undo_factor;
    }

    /// What administrators do and read.
    pub mod admin {
        pub mod actions;
        pub mod audited_reads;
        pub mod clients;
        pub mod queries;
        pub mod reset_factors;
    }

    /// Identifies the actor of a request, and checks revocation of their credential.
    pub mod authentication {
        pub mod access_tokens;
        pub mod authenticate;
        pub mod credential;
        pub mod replica_reads;
        pub mod revocation;
    }

    /// Sign-in with other providers.
    pub mod identity_providers {
        pub mod begin;
        pub mod connections;
        pub mod identify;
        pub mod kept_tokens;
        pub mod metadata;
        pub mod problems;
        pub mod profiles;
        pub mod requests;
        pub mod sign_in;
        pub mod sign_up;
    }

    /// OAuth endpoints.
    pub mod oauth {
        pub mod answer;
        pub mod applications;
        pub mod authorize;
        pub mod client_auth;
        pub mod client_credentials;
        pub mod client_documents;
        pub mod client_refresh;
        pub mod client_tokens;
        pub mod device;
        pub mod device_consent;
        pub mod hints;
        pub mod id_tokens;
        pub mod introspect;
        pub mod known_request;
        pub mod logout;
        pub mod logout_notices;
        pub mod permission;
        pub mod pushed_requests;
        pub mod redeem;
        pub mod tokens;
        pub mod userinfo;
    }

    /// Starting, refreshing and ending sessions.
    pub mod sign_in {
        pub mod assertions;
        pub mod email_otp;
        pub mod first_factor;
        pub mod login;
        pub mod logout;
        pub mod passkey;
        pub mod portal_login;
        pub mod refresh;
        pub mod second_factor;
        pub mod sessions;
        pub mod ticket;
    }
}

/// HTTP in, HTTP out. `router` lists every route.
pub mod web {
    pub mod error_format;
    pub mod router;
    pub mod serve;

    /// The native JSON API under `/api/auth` and `/api/admin`.
    pub mod api {
        pub mod account;
        pub mod admin_audit;
        pub mod admin_clients;
        pub mod admin_users;
        pub mod applications;
        pub mod email;
        pub mod email_otp;
        pub mod errors;
        pub mod exchange;
        pub mod export;
        pub mod factors;
        pub mod identity_providers;
        pub mod passkeys;
        pub mod recovery;
        pub mod second_factor;
        pub mod session;
        pub mod sessions;
    }

    /// The wire formats of other services.
    pub mod compat {
        /// Haut.AI's private tokens, with the errors of Django REST framework.
        pub mod django {
            pub mod errors;
            pub mod fields;
            pub mod private_tokens;
        }

        /// FastReport Cloud's API keys.
        pub mod fastreport {
            pub mod api_keys;
            pub mod errors;
            pub mod user_profile;
        }

        /// The response envelope of FastSchema's SDK.
        pub mod fastschema {
            pub mod envelope;
            pub mod fields;
            pub mod mirror;
        }

        /// FortiPortal's portal tokens.
        pub mod fortiportal {
            pub mod errors;
            pub mod portal_tokens;
        }
    }

    /// Reading requests, writing responses, and everything common to all APIs.
    pub mod http {
        pub mod assets;
        pub mod bookmark;
        pub mod credential;
        pub mod error_response;
        pub mod error_text;
        pub mod gateway;
        pub mod health;
        pub mod origin;
        pub mod request;
        pub mod response;
        pub mod well_known;
    }

    /// The OAuth 2.1 and OpenID Connect provider.
    pub mod oauth {
        pub mod client_credentials;
        pub mod device_authorization;
        pub mod introspection;
        pub mod metadata;
        pub mod pushed_request;
        pub mod register;
        pub mod token;
        pub mod userinfo;
    }

    /// HTML pages.
    pub mod pages {
        pub mod pending_identity;
        pub mod registered;
        pub mod return_path;

        /// For signed-in users.
        pub mod account {
            pub mod connect;
            pub mod delete;
            pub mod device;
            pub mod device_consent;
            pub mod email;
            pub mod enrolment;
            pub mod export;
            pub mod key_form;
            pub mod key_list;
            pub mod keys;
            pub mod overview;
            pub mod passkeys;
            pub mod password;
            pub mod reauthenticate;
            pub mod reauthenticate_form;
            pub mod security;
            pub mod sessions;
        }

        /// For administrators.
        pub mod admin {
            pub mod audit;
            pub mod client;
            pub mod client_actions;
            pub mod client_form;
            pub mod clients;
            pub mod user;
            pub mod user_actions;
            pub mod users;
        }

        /// For local development.
        pub mod dev {
            pub mod mail;
        }

        /// Building blocks of pages.
        pub mod layout {
            pub mod admin;
            pub mod app_offer;
            pub mod csrf_form;
            pub mod device_cookie;
            pub mod email_link;
            pub mod fields;
            pub mod flash;
            pub mod frame;
            pub mod page_context;
            pub mod pagination;
            pub mod passkey_form;
            pub mod post_auth_redirect;
            pub mod qr_code;
            pub mod second_step;
            pub mod signed_in;
            pub mod table;
            pub mod time;
        }

        /// For users whom a client has sent.
        pub mod oauth {
            pub mod applications;
            pub mod authorize;
            pub mod consent;
            pub mod form_post;
            pub mod logout;
            pub mod scope_list;
        }

        /// For users who are not signed in.
        pub mod sign_in {
            pub mod activate;
            pub mod email_links;
            pub mod factor_links;
            pub mod federated;
            pub mod passkey;
            pub mod recover;
            pub mod register;
            pub mod second_step;
            pub mod sign_in;
            pub mod sign_in_form;
        }
    }

    pub use serve::{Answer, serve};
}

/// The runtime: fetch and cron events, D1, KV, outgoing HTTP. The only floor that knows Cloudflare.
#[cfg(target_arch = "wasm32")]
mod cloudflare {
    mod allocator;
    mod body;
    mod d1;
    mod entry;
    mod kv;
    mod outbound;
    mod platform;
    mod rate_limiter;
    mod signatures;
    mod wire;
}
