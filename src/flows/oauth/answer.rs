//! What an authorization request is answered with: parameters for the client (RFC 6749 §4.1.2).

use crate::domain::oauth::authorization_request::Destination;
use crate::domain::oauth::refusal::Refusal;
use crate::flows::context::RequestContext;

/// The parameters of an answer, and where it goes.
pub struct Answer {
    pub destination: Destination,
    pub parameters: Vec<(&'static str, String)>,
}

impl Answer {
    /// With the client's `state`, and `iss` against mix-ups (RFC 9207).
    fn new<P>(
        ctx: &RequestContext<'_, P>,
        destination: Destination,
        mut parameters: Vec<(&'static str, String)>,
    ) -> Self {
        parameters.extend(destination.state.clone().map(|state| ("state", state)));
        parameters.push(("iss", ctx.settings.base_url.to_string()));
        Self { destination, parameters }
    }

    pub fn code<P>(ctx: &RequestContext<'_, P>, destination: Destination, code: String) -> Self {
        Self::new(ctx, destination, vec![("code", code)])
    }

    pub fn refusal<P>(ctx: &RequestContext<'_, P>, destination: Destination, refusal: Refusal) -> Self {
        let error = ("error", refusal.name.as_str().to_owned());
        Self::new(ctx, destination, vec![error, ("error_description", refusal.description.to_owned())])
    }
}
