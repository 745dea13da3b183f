"""Judges a page that came with status 200: is it the document, or does it only say it is gone?"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from strategy_qa.corpus.address import identity
from strategy_qa.corpus.look import Look
from strategy_qa.errors import FetchError, LinkState

_SHORT = 400  # words; a page that says "not found" or shows a parked domain has fewer
_BARE = 150  # words; below it a page may be there for the file it points to

_GONE_PAGE = re.compile(
    r"(?:page|site|article|document|file|content|resource)s?\b.{0,40}\b(?:not (?:be )?found"
    r"|no longer (?:available|exists?)|does(?:n['’]t| not) exist|(?:was|been) (?:removed|deleted))"
    r"|(?:can(?:no|['’])t|could(?: no|n['’])t) (?:be found|find)\b.{0,30}(?:page|document)"
    r"|(?:p[aá]gina|sitio|art[ií]culo|documento|archivo|contenido|recurso)\b.{0,40}\b"
    r"(?:no (?:se )?(?:ha (?:sido )?)?(?:pudo ser )?encontrad[oa]|no (?:se )?encontr[oó]|no existe"
    r"|no (?:est[aá] )?disponible|(?:fue|ha sido) eliminad[oa])"
    r"|no (?:se )?encontr(?:amos|[oó]|ad[oa]).{0,30}(?:p[aá]gina|documento|contenido)",
    re.I,
)
_GONE = re.compile(
    r"^\W*(?:error\W*)?(?:404|410)\b|\b(?:error|http)\W*404\b"
    r"|^\W*(?:not found|no encontrad[oa])\W*$",
    re.I,
)
_PARKED = re.compile(
    r"\bdomain (?:name )?(?:is |may be )?(?:parked|for sale)|buy this domain|domain has expired"
    r"|parked (?:free|domain|page)|dominio (?:est[aá] )?(?:en venta|aparcado|caducado|suspendido)"
    r"|account (?:has been )?suspended|(?:cuenta|sitio) suspendid[oa]|website coming soon"
    r"|^welcome to nginx|apache2? .{0,20}default page|^it works!?$|^index of /",
    re.I,
)
_CLOSED = re.compile(
    r"^\W*(?:sign in|log ?in|iniciar sesi[oó]n|acceder)\b|just a moment|attention required"
    r"|access denied|acceso denegado|are you (?:a )?(?:human|robot)|captcha",
    re.I,
)
_HOME = re.compile(
    r"(?:/(?:index|home|inicio|default)(?:\.\w{2,5})?)?(?:/?(?:en|es)(?:[-_]\w\w)?)?/?", re.I
)


def judge(look: Look, *, asked: str, final: str, expected: str = "") -> None:
    """Raise FetchError where a page is not the document that was asked for.

    Args:
        look: what was seen of it.
        asked: the address asked for.
        final: the one that answered, after redirects.
        expected: the media type that the source had when it was last got.
    """
    if look.media_type != "text/html":
        return
    heads = (look.title, *look.headings)
    said = next((h for h in heads if _GONE_PAGE.search(h)), "")
    if look.words < _SHORT:
        said = said or next((h for h in heads if _GONE.search(h) or _PARKED.search(h)), "")
        said = said or (look.opening if look.words < _BARE and _gone(look.opening) else "")
    if said:
        raise FetchError(
            asked, f"leads to a page that says {said[:60]!r}", state=LinkState.DEAD, status=200
        )
    closed = next((h for h in heads if _CLOSED.search(h)), "") if look.words < _BARE else ""
    if closed:
        reason = f"leads to a page that lets us no further ({closed[:60]!r})"
        raise FetchError(asked, reason, state=LinkState.REFUSED, status=200)
    if _is_home(final) and not _is_home(asked) and identity(final) != identity(asked):
        raise FetchError(asked, f"leads to the home page {final}", state=LinkState.DEAD, status=200)
    wants_file = expected not in ("", "text/html") or urlsplit(asked).path.lower().endswith(".pdf")
    if wants_file and not pointed_to(look):
        reason = "gives a web page in the place of its document"
        raise FetchError(asked, reason, state=LinkState.DEAD, status=200)
    if not look.words and not pointed_to(look):
        raise FetchError(
            asked, "gives a page without text of its own", state=LinkState.UNUSABLE, status=200
        )


def pointed_to(look: Look) -> str:
    """The document that a landing page is there for, "" where a page is one itself.

    That is the file its metadata name, the only file a page of few words points to, or where it
    sends the reader on to.
    """
    if look.named:
        return look.named
    if look.words < _BARE:
        return look.documents[0] if len(look.documents) == 1 else look.refresh
    return ""


def _gone(text: str) -> bool:
    return any(pattern.search(text) for pattern in (_GONE_PAGE, _GONE, _PARKED))


def _is_home(url: str) -> bool:
    parts = urlsplit(url)
    return bool(_HOME.fullmatch(parts.path)) and not parts.query
