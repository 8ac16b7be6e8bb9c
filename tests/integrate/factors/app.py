"""An authenticator app: prints what PyOTP shows for a key URI at a moment in Unix seconds."""

import sys

import pyotp

uri, moment = sys.argv[1:]
print(pyotp.parse_uri(uri).at(int(moment)))
