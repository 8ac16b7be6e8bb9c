"""Judges a token by Authlib's validator of RFC 9068: its arguments are issuer, audience and key set."""

import json
import sys

from authlib.oauth2.rfc9068 import JWTBearerTokenValidator


class Validator(JWTBearerTokenValidator):
    def get_jwks(self):
        return json.loads(sys.argv[3])


validator = Validator(issuer=sys.argv[1], resource_server=sys.argv[2])
claims = validator.authenticate_token(sys.stdin.read())
validator.validate_token(claims, [], None)
print(json.dumps(claims))
