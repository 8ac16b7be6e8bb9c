//! Replaces the HTTP client that worker-build downloads its tools with. It is given all of them, so this one has no TLS and
//! fetches nothing.

use std::io::{Empty, Error};

pub mod tls {
    pub struct TlsConfig;

    pub enum TlsProvider {
        NativeTls,
    }

    pub enum RootCerts {
        PlatformVerifier,
    }

    impl TlsConfig {
        pub fn builder() -> Self {
            Self
        }

        pub fn provider(self, _: TlsProvider) -> Self {
            self
        }

        pub fn root_certs(self, _: RootCerts) -> Self {
            self
        }

        pub fn build(self) -> Self {
            self
        }
    }
}

pub struct Agent;

impl Agent {
    pub fn config_builder() -> Self {
        Self
    }

    pub fn tls_config(self, _: tls::TlsConfig) -> Self {
        self
    }

    pub fn build(self) -> Self {
        self
    }

    pub fn new_agent(self) -> Self {
        self
    }

    pub fn get(&self, _: &str) -> Self {
        Self
    }

    pub fn call(self) -> Result<Response, Error> {
        Err(Error::other("nothing is downloaded here (scripts/tools/ureq.rs)"))
    }
}

pub struct Response;

impl Response {
    pub fn body_mut(&mut self) -> &mut Self {
        self
    }

    pub fn as_reader(&mut self) -> Empty {
        std::io::empty()
    }
}
