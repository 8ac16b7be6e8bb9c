//! Fake outside hosts: a mail provider that records requests, and further hosts that a test sets up.

use gatehouse::domain::error::Fault;
use gatehouse::ports::{Bounds, Outbound};

use crate::platform::{FailureTiming, TestPlatform, lost};

/// How a host responds to a request.
#[derive(Clone, Debug)]
pub enum Host {
    Answers(u16, Vec<u8>),
    /// With these headers.
    Serves(u16, Vec<(&'static str, &'static str)>, Vec<u8>),
    /// Its status arrives and its body does not.
    BreaksOff(u16),
    IsDown,
}

impl Outbound for TestPlatform {
    async fn fetch(
        &self,
        request: http::Request<Vec<u8>>,
        bounds: Bounds,
    ) -> Result<http::Response<Result<Vec<u8>, Fault>>, Fault> {
        let host = self.hosts.borrow().get(request.uri().host().unwrap()).cloned();
        let mut answer = http::Response::builder();
        let (status, body) = match host {
            None => {
                if let Some(wait) = self.provider_retry_after.get() {
                    answer = answer.header("Retry-After", wait);
                }
                (self.carry(request)?, bounds.check(self.provider_body.borrow().clone().into_bytes()))
            }
            Some(host) => {
                self.asked.borrow_mut().push((request, bounds));
                match host {
                    Host::Answers(status, body) => (status, bounds.check(body)),
                    Host::Serves(status, headers, body) => {
                        answer = headers.iter().fold(answer, |answer, (name, value)| answer.header(*name, *value));
                        (status, bounds.check(body))
                    }
                    Host::BreaksOff(status) => (status, Err(lost("body"))),
                    Host::IsDown => return Err(lost("host")),
                }
            }
        };
        Ok(answer.status(status).body(body).unwrap())
    }
}

impl TestPlatform {
    /// The mail provider accepts an email.
    fn carry(&self, request: http::Request<Vec<u8>>) -> Result<u16, Fault> {
        if let Some(happen) = self.during_send.take() {
            happen();
        }
        let trouble = self.trouble.get().mail;
        if trouble != Some(FailureTiming::Before) {
            self.sent.borrow_mut().push(request);
        }
        if trouble.is_some() { Err(lost("mail")) } else { Ok(self.provider_status.get()) }
    }
}
