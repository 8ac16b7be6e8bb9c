//! What became of a sign-in at a provider, for the operator's log and for the user.

use crate::domain::error::{Error, ProviderProblem};
use crate::domain::identity_providers::provider::IdentityProvider;
use crate::flows::context::RequestContext;
use crate::ports::Platform;

/// The error for the user. What the operator can mend is logged.
pub fn report(ctx: &RequestContext<'_, impl Platform>, provider: &IdentityProvider, problem: ProviderProblem) -> Error {
    if let ProviderProblem::Unreachable(fault) | ProviderProblem::Unacceptable(fault) = &problem {
        ctx.log(fault);
    }
    problem.at(&provider.name)
}
