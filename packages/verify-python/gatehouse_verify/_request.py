"""Requests to Gatehouse itself."""

import http.client
import urllib.error
import urllib.request

from ._refusal import unavailable


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None  # nobody else answers for Gatehouse


_opener = urllib.request.build_opener(_NoRedirects)


def ask(address, headers=None, form=None):
    """The status and the body. Whatever is in the way, the caller of the service is not at fault."""
    # Cloudflare may treat the default User-Agent of urllib as a bot.
    request = urllib.request.Request(address, form, {"User-Agent": "gatehouse-verify", **(headers or {})})
    try:
        with _opener.open(request, timeout=5) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        error.close()
        return error.code, b""
    except (OSError, http.client.HTTPException) as error:
        raise unavailable() from error
