"""The key sets of issuers: one for each address, shared by all verifiers of a process."""

import functools
import json
import threading
import time

import jwt

from ._refusal import Refusal, unavailable
from ._request import ask

_SEARCH_PAUSE = 300
"""How often unknown keys make an issuer be asked again, in seconds: anybody can make up names of keys."""


class _KeySet:
    def __init__(self, address, max_age):
        self.address, self.max_age = address, max_age
        self.keys, self.since, self.searched_at = {}, float("-inf"), float("-inf")
        self.lock, self.failed_at = threading.Lock(), float("-inf")

    def find(self, kid):
        """The key of that name, or None. One thread fetches the set, and the others wait for it."""
        keys = self._current()
        if kid not in keys:
            keys = self._search(keys)
        return keys.get(kid)

    def _current(self):
        if not self._is_fresh():
            asked_at = time.monotonic()
            with self.lock:
                if not self._is_fresh():
                    self._fetch(asked_at)
        return self.keys

    def _search(self, seen):
        """Newer keys than those seen, unless the issuer was asked for another missing key just before."""
        asked_at = time.monotonic()
        with self.lock:
            if self.keys is seen and time.time() - self.searched_at >= _SEARCH_PAUSE:
                self.searched_at = time.time()
                self._fetch(asked_at)
            return self.keys

    def _is_fresh(self):
        """Never older than `max_age`, however often it is read; a clock that was set back makes it no younger."""
        return 0 <= time.time() - self.since < self.max_age

    def _fetch(self, asked_at):
        if self.failed_at >= asked_at:  # a failure that a thread has waited for is its own, or each would wait for one more
            raise unavailable()
        since = time.time()
        try:
            status, body = ask(self.address)
            if status != 200:
                raise unavailable()
            published = jwt.PyJWKSet.from_dict(json.loads(body))
        except (Refusal, jwt.PyJWTError, ValueError, TypeError, AttributeError) as error:
            self.failed_at = time.monotonic()
            raise unavailable() from error
        self.keys, self.since = {key.key_id: key for key in published.keys}, since


key_set = functools.cache(_KeySet)
