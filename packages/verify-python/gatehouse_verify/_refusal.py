"""What a request without a good token is answered (RFC 6750 §3, RFC 9470 §3)."""


class Refusal(Exception):
    """A refusal of a request: 401, 403, or 503 if Gatehouse cannot be asked."""

    def __init__(self, status, **parameters):
        self.status, self.parameters = status, parameters
        super().__init__(self.body["error_description"])

    @property
    def headers(self):
        if self.status == 503:
            return {"Cache-Control": "no-store", "Retry-After": "5"}
        challenge = ", ".join(map(_parameter, {"realm": "api", **self.parameters}.items()))
        return {"Cache-Control": "no-store", "WWW-Authenticate": f"Bearer {challenge}"}

    @property
    def body(self):
        code, description = _OTHERWISE[self.status]
        described = self.parameters.get("error_description", description)
        return {"error": self.parameters.get("error", code), "error_description": described}

    def described(self, metadata):
        """With the address of the description of the resource (RFC 9728 §5.1)."""
        self.parameters |= metadata
        return self


_OTHERWISE = {
    401: ("unauthorized", "no access token"),
    403: ("insufficient_scope", "forbidden"),
    503: ("unavailable", "access tokens cannot be verified now"),
}


def _parameter(item):
    name, value = item
    return f"{name}={value}" if isinstance(value, int) else f'{name}="{value}"'


def missing():
    """RFC 6750 §3.1: a request that has no token is told no error."""
    return Refusal(401)


def invalid(description):
    return Refusal(401, error="invalid_token", error_description=description)


def unavailable():
    """The keys or the revocation cannot be asked for: no token passes, and none is called invalid."""
    return Refusal(503)
