# pip install 'pyjwt[crypto]'

import jwt


class Verifier:
    """Make one and keep it. Called with a token it returns the claims, or raises jwt.PyJWTError."""

    def __init__(self, issuer, audience=None, algorithm="EdDSA"):
        self.expected = {"issuer": issuer, "audience": audience or issuer, "algorithms": [algorithm]}
        # Cloudflare may treat the default User-Agent of urllib as a bot.
        self.keys = jwt.PyJWKClient(f"{issuer}/.well-known/jwks.json", headers={"User-Agent": "my-service"}, timeout=5)

    def __call__(self, token):
        key = self.keys.get_signing_key_from_jwt(token)
        required = {"require": ["exp", "sub"]}  # PyJWT accepts a token without `exp` as one that never expires
        verified = jwt.decode_complete(token, key, options=required, leeway=5, **self.expected)
        if verified["header"].get("typ") != "at+jwt":
            raise jwt.InvalidTokenError("not an access token")
        return verified["payload"]
