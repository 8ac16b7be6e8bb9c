"""A security key that never verifies its user: reads `{"create" or "get": options, "origin": …}`, one a line, and answers each with
the credential as `toJSON()` spells it."""

import json
import sys
from base64 import urlsafe_b64decode, urlsafe_b64encode

from soft_webauthn import SoftWebauthnDevice


def encoded(value):
    """Bytes as base64url, wherever they are."""
    if isinstance(value, dict):
        return {name: encoded(inner) for name, inner in value.items()}
    return urlsafe_b64encode(value).decode().rstrip("=") if isinstance(value, bytes) else value


def decoded(text):
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


device = SoftWebauthnDevice()
for line in sys.stdin:
    asked = json.loads(line)
    ceremony = "create" if "create" in asked else "get"
    options = asked[ceremony]["publicKey"]
    options["challenge"] = decoded(options["challenge"])
    if ceremony == "create":
        options["user"]["id"] = decoded(options["user"]["id"])
    credential = getattr(device, ceremony)({"publicKey": options}, asked["origin"])
    credential["id"] = credential["rawId"]
    print(json.dumps(encoded({**credential, "clientExtensionResults": {}})), flush=True)
