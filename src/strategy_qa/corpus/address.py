"""Web addresses in one form: what may be asked for, and when two addresses are one.

Nothing here asks anybody: whether a host is public is decided where connections are made.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit, urlunsplit

MAX_LENGTH = 2_000  # characters, as in the catalogue

_PORTS = {"http": 80, "https": 443}
_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|mc_[ce]id|igshid|_ga|_gl"
    r"|_hs(?:enc|mi)|ref_src|mkt_tok|trk|oly_(?:anon|enc)_id|vero_id|spm",
    re.I,
)
_SAFE = "/%:@!$&'()*+,;=~[]"  # what stays as it is in a path or a query, beside letters and digits
_GOOGLE = re.compile(r"/(document|presentation|spreadsheets)/(?:u/\d+/)?d/([\w-]{20,})(?:/|$)")
_DRIVE = re.compile(r"/file/(?:u/\d+/)?d/([\w-]{20,})(?:/|$)")


def checked(url: str) -> str:
    """An address as it can be asked for: scheme and host in small letters, no fragment.

    Raises ValueError, which says why, for one that is not to be asked for: another scheme than
    http and https, credentials in it, no host, too long.
    """
    text = url.strip()
    if len(text) > MAX_LENGTH:
        raise ValueError(f"has more than {MAX_LENGTH:,} characters")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise ValueError("is not a web address") from error
    scheme = parts.scheme.lower()
    if scheme not in _PORTS:
        raise ValueError("begins with neither http:// nor https://")
    if "@" in parts.netloc:
        raise ValueError("holds a user name or a password")
    host = _host(parts.hostname or "")
    where = f"{host}:{port}" if port not in (None, _PORTS[scheme]) else host
    path = quote(parts.path, safe=_SAFE) or "/"
    found = urlunsplit((scheme, where, path, quote(parts.query, safe=_SAFE + "?"), ""))
    if len(found) > MAX_LENGTH:
        raise ValueError(f"has more than {MAX_LENGTH:,} characters")
    return found


def canonical(url: str) -> str:
    """An address as the catalogue keeps it: as `checked`, without what only tracks the reader."""
    parts = urlsplit(checked(url))
    google = parts.hostname in ("docs.google.com", "drive.google.com")
    kept = [
        field
        for field in parts.query.split("&")
        if not _TRACKING.fullmatch(name := field.partition("=")[0])
        and not (google and name in ("usp", "ouid", "rtpof", "sd"))
    ]
    return urlunsplit(parts._replace(query="&".join(kept)))


def identity(url: str) -> str:
    """What two addresses of one thing share: no scheme, no `www.`, no slash at the end."""
    parts = urlsplit(canonical(url))
    host = parts.netloc.removeprefix("www.")
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{parts.path.rstrip('/')}{query}"


def document_address(url: str) -> str:
    """The address that gives the document itself: an editor of Google's leads to its PDF export."""
    parts = urlsplit(url)
    if parts.hostname == "docs.google.com" and (found := _GOOGLE.match(parts.path)):
        kind, key = found.groups()
        export = "export/pdf" if kind == "presentation" else "export?format=pdf"
        return f"https://docs.google.com/{kind}/d/{key}/{export}"
    if parts.hostname == "drive.google.com" and (found := _DRIVE.match(parts.path)):
        return f"https://drive.google.com/uc?export=download&id={found[1]}"
    return url


def _host(name: str) -> str:
    """A host's name in ASCII."""
    import idna

    name = name.rstrip(".")
    if ":" in name:
        return f"[{name.lower()}]"
    try:
        host = idna.encode(name, uts46=True).decode("ascii") if not name.isascii() else name.lower()
    except idna.IDNAError as error:
        raise ValueError("names no host") from error
    if not re.fullmatch(r"[\w-]{1,63}(\.[\w-]{1,63})*", host):
        raise ValueError("names no host")
    return host
