"""Who may come in: everything the process serves stands behind this one door.

A user is known by a signed cookie (the page), by HTTP Basic (programs), or by a header that a
trusted proxy sets. Pure ASGI, for the reason given in `guard`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING

from strategy_qa.users import Users

if TYPE_CHECKING:
    from pydantic import IPvAnyNetwork
    from starlette.types import Scope

COOKIE = "strategy-qa-session"
_HOURS = 12  # for which a sign-in holds
_REMEMBERED = 300.0  # seconds for which a right Basic password is not hashed again
_LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What is asked of those who come; with neither users nor a header, nothing."""

    users: Users | None = None
    header: str = ""  # that names the user, set by a proxy and by nobody else
    proxies: Sequence[IPvAnyNetwork] = ()  # addresses whose headers are believed
    local: bool = True  # without either: answer only to names of this machine

    @property
    def closed(self) -> bool:
        """Whether a visitor must be somebody."""
        return self.users is not None or bool(self.header)


class Doorkeeper:
    """Tells who a request is from; safe to share between threads."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self._key = secrets.token_bytes(32)  # of this process: a restart ends all sessions
        self._basic: dict[bytes, tuple[str, str, float]] = {}

    def name_of(self, scope: Scope) -> str | None:
        """The user, "" where everybody may come in, None for somebody who may not.

        A Basic password is hashed, which takes a while: call it outside the event loop for a
        request with `needs_hashing`.
        """
        if not self.access.closed:
            return ""
        if self.access.header and self.from_proxy(scope):
            name = header(scope, self.access.header).strip()
            if name:
                return name[:64]
        if self.access.users is None:
            return None
        return self._by_cookie(header(scope, "cookie")) or self._by_basic(
            header(scope, "authorization")
        )

    def needs_hashing(self, scope: Scope) -> bool:
        """Whether `name_of` will take a while."""
        return header(scope, "authorization").lower().startswith("basic ")

    def session(self, name: str) -> str:
        """The value of a cookie that lets `name` in for some hours."""
        claim = f"{name}\n{int(time.time()) + _HOURS * 3600}".encode()
        signed = base64.urlsafe_b64encode(claim).decode()
        return f"{signed}.{self._signature(claim, name)}"

    def from_proxy(self, scope: Scope) -> bool:
        """Whether the request comes straight from a trusted proxy."""
        peer = (scope.get("client") or ("", 0))[0]
        try:
            address = ipaddress.ip_address(peer)
            return any(address in network for network in self.access.proxies)
        except ValueError:
            return False

    def address_of(self, scope: Scope) -> str:
        """The address of the visitor, as the trusted proxy names it if there is one."""
        peer = str((scope.get("client") or ("", 0))[0])
        forwarded = header(scope, "x-forwarded-for").rpartition(",")[2].strip()
        return forwarded[:64] if forwarded and self.from_proxy(scope) else peer

    def is_addressed(self, scope: Scope) -> bool:
        """Whether an open chat on this machine was asked by a name of this machine.

        A page elsewhere can make its own name resolve to 127.0.0.1 and would otherwise read the
        answers (DNS rebinding).
        """
        if self.access.closed or not self.access.local:
            return True
        host = header(scope, "host").lower()
        return (host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host) in _LOCAL

    def _by_cookie(self, cookies: str) -> str | None:
        try:
            morsel = SimpleCookie(cookies).get(COOKIE)
            signed, _, signature = (morsel.value if morsel else "").partition(".")
            claim = base64.urlsafe_b64decode(signed)
            name, _, until = claim.decode().partition("\n")
            if int(until) < time.time():
                return None
        except (CookieError, ValueError):
            return None
        expected = self._signature(claim, name)
        return name if expected and hmac.compare_digest(signature, expected) else None

    def _by_basic(self, value: str) -> str | None:
        scheme, _, encoded = value.partition(" ")
        if scheme.lower() != "basic" or self.access.users is None:
            return None
        try:
            name, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
        except ValueError:
            return None
        digest = hmac.digest(self._key, value.encode(), hashlib.sha256)
        stored = self.access.users.hash_of(name)
        known = self._basic.get(digest)
        if known and known[:2] == (name, stored) and known[2] > time.monotonic():
            return name
        if not self.access.users.check(name, password) or stored is None:
            return None
        if len(self._basic) >= 1_000:
            self._basic.clear()
        self._basic[digest] = name, stored, time.monotonic() + _REMEMBERED
        return name

    def _signature(self, claim: bytes, name: str) -> str:
        """Signs the claim together with the stored hash: another password ends the session."""
        stored = self.access.users.hash_of(name) if self.access.users else None
        if stored is None:
            return ""
        return hmac.new(self._key, claim + b"\n" + stored.encode(), hashlib.sha256).hexdigest()


def header(scope: Scope, name: str) -> str:
    """A header of a request, "" when it is missing or stands there more than once."""
    wanted = name.lower().encode("latin-1", "replace")
    found = [value for key, value in scope.get("headers", ()) if key == wanted]
    return found[0].decode("latin-1") if len(found) == 1 else ""
