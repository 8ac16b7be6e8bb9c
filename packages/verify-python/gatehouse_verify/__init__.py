"""Verifies access tokens of Gatehouse (RFC 9068)."""

import base64
import json
import re
import time
from urllib.parse import quote, urlencode

import jwt

from ._keys import key_set
from ._refusal import Refusal, invalid, missing, unavailable
from ._request import ask

__all__ = ["Refusal", "Verifier"]

_LEVELS = ("aal1", "aal2")
_NOT_OURS = "not a token for this service"


class Verifier:
    """Make one for each issuer, and keep it. Threads may share it.

    `audience` is AUTH_AUDIENCE, or the identifier of your API; `algorithm` is AUTH_SIGNING_ALG; `url` is where Gatehouse is
    reached, if not at the issuer's own address. `revocation` is "none", "verify", or "introspect" with `credentials`: a
    registered API's client id and secret, or "apikey" and an API key.
    """

    def __init__(self, issuer, *, audience=None, algorithm="EdDSA", url=None, revocation="none", credentials=None,
                 keys_max_age=300, resource_metadata=None):
        if issuer.endswith("/"):  # every token would be one of another issuer
            raise ValueError(f"the issuer is an origin, such as {issuer.rstrip('/')}")
        if algorithm not in ("EdDSA", "ES256"):
            raise ValueError("the algorithm is EdDSA or ES256")
        self.url = url or issuer
        self.expected = {"issuer": issuer, "audience": audience or issuer, "algorithms": [algorithm]}
        self.keys = key_set(f"{self.url}/.well-known/jwks.json", keys_max_age)
        self.assert_alive = {"none": lambda token: None, "verify": self._verify, "introspect": self._introspect}[revocation]
        if revocation == "introspect":
            pair = ":".join(quote(part, safe="") for part in credentials)  # RFC 6749 §2.3.1
            self.authorization = f"Basic {base64.b64encode(pair.encode()).decode()}"
        self.metadata = {"resource_metadata": resource_metadata} if resource_metadata else {}

    def authenticate(self, authorization, **requirements):
        """The claims for the value of an `Authorization` header, or a `Refusal` is raised."""
        scheme = re.match(r"Bearer +(.+)", authorization or "", re.IGNORECASE)
        if not scheme:
            raise missing().described(self.metadata)
        return self.verify(scheme[1], **requirements)

    def verify(self, token, *, scope=None, role=None, acr=None, max_age=None):
        """The claims of a token, or a `Refusal` is raised. `scope` has blanks between scopes, `max_age` is in seconds."""
        _assert_known(scope, role, acr, max_age)
        try:
            claims = self._claims(token)
            self.assert_alive(token)
            _assert_sufficient(claims, scope, role, acr, max_age)
        except Refusal as refusal:
            raise refusal.described(self.metadata)
        return claims

    def _claims(self, token):
        try:
            key = self.keys.find(jwt.get_unverified_header(token).get("kid"))
            if not key:
                raise invalid(_NOT_OURS)
            # PyJWT accepts a token without `exp` as one that never expires. By `iat` it refuses those of a clock that is ahead, for
            # which RFC 7519 has `nbf`.
            options = {"require": ["exp", "sub"], "verify_iat": False}
            verified = jwt.decode_complete(token, key, options=options, leeway=5, **self.expected)
        except jwt.ExpiredSignatureError as error:
            raise invalid("the token has expired") from error
        except (jwt.PyJWTError, RecursionError, ValueError) as error:
            raise invalid(_NOT_OURS) from error
        header, claims = verified["header"], verified["payload"]
        is_access_token = str(header.get("typ")).lower().removeprefix("application/") == "at+jwt"
        if not is_access_token or isinstance(claims["exp"], str):  # PyJWT reads the number in a text
            raise invalid(_NOT_OURS)
        return claims

    def _verify(self, token):
        # With the second header only `verify` answers, whatever is in front of Gatehouse.
        headers = {"Authorization": f"Bearer {token}", "X-Gatehouse-Verify": "1"}
        status, _ = ask(f"{self.url}/api/auth/verify", headers)
        if status == 401:
            raise invalid("the token has been revoked")
        if status != 200:
            raise unavailable()

    def _introspect(self, token):
        form = urlencode({"token": token}).encode()
        status, body = ask(f"{self.url}/oauth/introspect", {"Authorization": self.authorization}, form)
        active = _member(body, "active") if status == 200 else None
        if not isinstance(active, bool):
            raise unavailable()
        if not active:
            raise invalid("the token has been revoked")


def _member(body, name):
    try:
        return json.loads(body)[name]
    except (ValueError, TypeError, KeyError):
        return None


def _assert_known(scope, role, acr, max_age):
    """Whether somebody has misspelt a requirement, or left it empty: it would let every token pass."""
    for name, value in {"scope": scope, "role": role}.items():
        if value is not None and not (isinstance(value, str) and value.strip()):
            raise TypeError(f"{name} is a text, not {value!r}")
    if acr is not None and acr not in _LEVELS:
        raise TypeError(f"acr is one of {', '.join(_LEVELS)}, not {acr!r}")
    if max_age is not None and not max_age >= 0:
        raise TypeError(f"max_age is a number of seconds, not {max_age!r}")


def _assert_sufficient(claims, scope, role, acr, max_age):
    granted = str(claims.get("scope", "")).split()
    if scope and not all(name in granted for name in scope.split()):
        raise Refusal(403, error="insufficient_scope", error_description=f"the scope {scope} is required", scope=scope)
    # RFC 6750 has no error of its own for a role: this one is for any privilege that the token does not have.
    if role and claims.get("role") != role:
        raise Refusal(403, error="insufficient_scope", error_description=f"the role {role} is required")
    # A token for programs has neither claim: no person is there to prove anything.
    high = not acr or claims.get("acr") in _LEVELS[_LEVELS.index(acr):]
    recent = max_age is None or time.time() - claims.get("auth_time", float("-inf")) <= max_age
    if not (high and recent):
        asked = {"acr_values": acr, "max_age": max_age}
        raise Refusal(401, error="insufficient_user_authentication", error_description="Confirm that it is you",
                      **{name: value for name, value in asked.items() if value is not None})
