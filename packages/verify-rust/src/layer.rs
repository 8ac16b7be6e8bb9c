//! A layer for tower, and so for axum, tonic and others.

use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::header::AUTHORIZATION;
use http::{Request, Response};
use tower_layer::Layer;
use tower_service::Service;

use crate::claims::Requirements;
use crate::verifier::Verifier;

/// Lets only requests with a good token through. The service finds its [`Claims`](crate::Claims) in the request's extensions.
#[derive(Clone)]
pub struct RequireToken {
    verifier: Verifier,
    requirements: Requirements,
}

impl RequireToken {
    pub fn new(verifier: &Verifier, requirements: Requirements) -> Self {
        Self { verifier: verifier.clone(), requirements }
    }
}

impl<S> Layer<S> for RequireToken {
    type Service = Protected<S>;

    fn layer(&self, inner: S) -> Protected<S> {
        Protected { inner, required: self.clone() }
    }
}

/// A service behind [`RequireToken`].
#[derive(Clone)]
pub struct Protected<S> {
    inner: S,
    required: RequireToken,
}

impl<S, A, B> Service<Request<A>> for Protected<S>
where
    S: Service<Request<A>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    A: Send + 'static,
    B: From<String>,
{
    type Response = Response<B>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<A>) -> Self::Future {
        // The one that is ready answers; a clone of it would have to become ready first.
        let clone = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, clone);
        let RequireToken { verifier, requirements } = self.required.clone();
        let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok().map(str::to_owned));
        Box::pin(async move {
            match verifier.authenticate(header.as_deref(), &requirements).await {
                Ok(claims) => {
                    request.extensions_mut().insert(claims);
                    inner.call(request).await
                }
                Err(refusal) => Ok(refusal.into_response()),
            }
        })
    }
}
