"""The users file of the chat: one line a user, a name and an scrypt hash of the password.

scrypt is RFC 7914; its cost is that of the OWASP cheat sheet on password storage (2024): N = 2**17,
r = 8, p = 1, some 0.4 s and 128 MB for one check, so that a stolen file is slow to search.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import secrets
import tempfile
import threading
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from strategy_qa.errors import ConfigError

_N, _R, _P = 2**17, 8, 1
_MEMORY = 256 * 2**20
_MOST = 2**20  # bytes of a users file, and the highest N that is computed
_SHORTEST, _LONGEST = 10, 1_024  # characters of a password
_NAME = re.compile(r"[\w.@+-]{1,64}")
_HEAD = "# Users of the chat: name and scrypt hash. `strategy-qa users add NAME` writes it.\n"


class Users:
    """A users file, read again whenever it changes; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """Raises ConfigError when the file is missing or cannot be used."""
        self._path = path
        self._lock = threading.Lock()
        self._stamp = (0, 0)
        self._hashes: Mapping[str, str] = {}
        # Checking a name that nobody has must take as long as checking one that somebody has.
        self._nobody = hash_password(secrets.token_hex())
        self.hash_of("")

    def hash_of(self, name: str) -> str | None:
        """The stored hash of a user, None for a name that nobody has."""
        with self._lock:
            try:
                about = self._path.stat()
                stamp = about.st_size, about.st_mtime_ns
                if stamp != self._stamp:
                    self._hashes, self._stamp = read_users(self._path), stamp
            except OSError as error:
                raise ConfigError(
                    self._path, f"cannot be read ({error.strerror})", remedy="Check --users."
                ) from error
            return self._hashes.get(name)

    def check(self, name: str, password: str) -> bool:
        """Whether this is the user's password."""
        stored = self.hash_of(unicodedata.normalize("NFC", name))
        right = _matches(password[: _LONGEST + 1], stored or self._nobody)
        return right and stored is not None


def read_users(path: Path) -> dict[str, str]:
    """The hashes of a users file, by name.

    Raises:
        ConfigError: a line is no name and hash, or a name stands twice.
        OSError: the file cannot be read.
    """
    hashes: dict[str, str] = {}
    if path.stat().st_size > _MOST:
        raise ConfigError(path, "is no users file: too large", remedy="Check --users.")
    text = path.read_text(encoding="utf-8", errors="replace")
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, hash_ = line.strip().partition(":")
        if not _NAME.fullmatch(name) or not _parts(hash_) or name in hashes:
            raise ConfigError(
                f"{path}, line {number}",
                "is not one user's name and hash",
                remedy="Remove the line and run `strategy-qa users add NAME`.",
            )
        hashes[name] = hash_
    return hashes


def add_user(path: Path, name: str, password: str) -> bool:
    """Write a user's line, whether new (True) or with another password (False).

    Raises:
        ConfigError: the name or the password cannot be used, or the file.
    """
    name = unicodedata.normalize("NFC", name)
    if not _NAME.fullmatch(name):
        raise ConfigError(
            name, "is no user's name", remedy="Use up to 64 letters, figures and . @ + - _."
        )
    if not _SHORTEST <= len(password) <= _LONGEST:
        raise ConfigError(
            "password",
            f"has {len(password)} characters",
            remedy=f"Use {_SHORTEST} to {_LONGEST:,}, four random words for example.",
        )
    users = read_users(path) if path.exists() else {}
    new = name not in users
    _write(path, {**users, name: hash_password(password)})
    return new


def remove_user(path: Path, name: str) -> None:
    """Take a user's line out. Raises ConfigError when there is none."""
    users = read_users(path) if path.exists() else {}
    if name not in users:
        known = ", ".join(sorted(users)) or "nobody"
        raise ConfigError(name, "is no user", remedy=f"The file names {known}.")
    del users[name]
    _write(path, users)


def hash_password(password: str) -> str:
    """A password as `scrypt$N$r$p$salt$hash`, the last two in base64."""
    salt = secrets.token_bytes(16)
    digest = _scrypt(password, salt, _N, _R, _P)
    encoded = (base64.b64encode(part).decode() for part in (salt, digest))
    return "$".join(("scrypt", str(_N), str(_R), str(_P), *encoded))


def _matches(password: str, stored: str) -> bool:
    parts = _parts(stored)
    if not parts:
        return False
    n, r, p, salt, digest = parts
    return hmac.compare_digest(_scrypt(password, salt, n, r, p), digest)


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    plain = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    return hashlib.scrypt(plain, salt=salt, n=n, r=r, p=p, maxmem=_MEMORY, dklen=32)


def _parts(stored: str) -> tuple[int, int, int, bytes, bytes] | None:
    """Cost, salt and digest of a stored hash; None for what is none, or would cost too much."""
    found = re.fullmatch(r"scrypt\$(\d{4,7})\$(\d{1,2})\$(\d)\$([\w+/=]+)\$([\w+/=]{44})", stored)
    if not found:
        return None
    n, r, p = int(found[1]), int(found[2]), int(found[3])
    if n & (n - 1) or n > _MOST or not 0 < r <= 16 or not p or 128 * n * r > _MEMORY // 2:
        return None
    try:
        return n, r, p, base64.b64decode(found[4]), base64.b64decode(found[5])
    except ValueError:
        return None


def _write(path: Path, users: Mapping[str, str]) -> None:
    """Replace the file in one step; only its owner may read it."""
    lines = "".join(f"{name}:{users[name]}\n" for name in sorted(users))
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(_HEAD + lines)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary)
            raise
    except OSError as error:
        raise ConfigError(path, f"cannot be written ({error.strerror})") from error
