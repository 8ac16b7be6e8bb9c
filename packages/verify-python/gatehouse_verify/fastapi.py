"""A dependency for FastAPI."""

from fastapi import HTTPException, Request

from . import Refusal


class RequireToken:
    """`claims: Annotated[dict, Depends(RequireToken(verifier, scope="notes:read"))]`."""

    def __init__(self, verifier, **requirements):
        self.verifier, self.requirements = verifier, requirements

    def __call__(self, request: Request) -> dict:  # FastAPI calls it in a thread, because it is not async
        try:
            return self.verifier.authenticate(request.headers.get("Authorization"), **self.requirements)
        except Refusal as refusal:
            raise HTTPException(refusal.status, refusal.body, refusal.headers) from refusal
