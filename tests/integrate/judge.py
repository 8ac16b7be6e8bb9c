"""Judges a token a line by docs/examples/verify.py, and answers a line each."""

import json
import sys

import jwt

sys.path.insert(0, "docs/examples")
from verify import Verifier

kept = {}
for line in sys.stdin:
    asked = json.loads(line)
    who = (asked["issuer"], asked.get("audience"), asked["algorithm"])
    if who not in kept:
        kept[who] = Verifier(*who)
    try:
        answer = {"claims": kept[who](asked["token"])}
    except jwt.PyJWTError as refusal:
        answer = {"refused": repr(refusal)}
    print(json.dumps(answer), flush=True)
