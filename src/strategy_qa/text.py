"""Text as the whole project understands it: normalised once, split into sentences, folded.

`normalise` is for readers only; everything after the reader counts offsets in its result.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from strategy_qa.types import Span

if TYPE_CHECKING:
    from nupunkt import PunktSentenceTokenizer


_LIGATURES = {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
_SPACES = dict.fromkeys(
    (0x09, 0x0B, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " "
)
# Soft hyphens and zero-width marks carry no reading; direction overrides and the tag block can
# make a reader see another text than the one that is quoted.
_INVISIBLE = dict.fromkeys(
    (0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF,
     *range(0xE0000, 0xE0080))
)  # fmt: skip
_CONTROLS = dict.fromkeys((*range(0x00, 0x09), *range(0x0E, 0x20), *range(0x7F, 0xA0)))
_BREAKS = {0x85: "\n", 0x2028: "\n", 0x2029: "\n\n", 0x0C: "\n"}
_TABLE = str.maketrans({**_CONTROLS, **_INVISIBLE, **_SPACES, **_BREAKS, **_LIGATURES})

# "2,809,944", "IA2030.mx" and "C-Minds" are one word each.
WORD = re.compile(r"[^\W_]+(?:[.,:/'’·-][^\W_]+)*")
_LIST_BREAK = re.compile(r"\n(?=\s*(?:[•▪◦‣*–-]|\d{1,2}[.)])\s)|\n\s*\n")
_ENUMERATOR = re.compile(
    r"(?:\d{1,3}|[IVXLC]{1,6}|[A-Za-z])[.)]"
    r"|(?:Article|Art[íi]culo|Cap[íi]tulo|Chapter|Section|Secci[óo]n|Table|Tabla)\s[\dIVXLC.]+\.?"
)
# "1. Government.", "• Open data:": the name of a list item, which says nothing without its text.
_OPENS_ITEM = r"(?:[•▪◦‣*–-]|\(?(?:\d{1,2}|[A-Za-z])[.)])(?: |$)"
_NAME_OF_ITEM = re.compile(rf"{_OPENS_ITEM}(?:[^\s.:]+ ){{0,5}}[^\s.:]+[.:]")
_OPENING = re.compile(_OPENS_ITEM)

_NUMBER_OF = re.compile(r"\b[Nn]os?\.$")

# English and Spanish abbreviations that seldom end a sentence. Left out on purpose because they
# often do: etc, S.A., a.m., Inc, no. They replace nupunkt's own list, which was learned from court
# records and holds thousands of plain words ("bank", "cifras", "IA"), at whose full stops it
# would not end a sentence.
_ABBREVIATIONS = (
    "mr", "mrs", "ms", "messrs", "dr", "drs", "prof", "profs", "st", "jr", "rev", "hon", "gov",
    "sen", "rep", "gen", "col", "lt", "sgt", "capt", "vs", "e.g", "i.e", "al", "cf", "ca",
    "approx", "est", "fig", "figs", "tab", "vol", "vols", "ed", "eds", "pp", "p", "ch", "sec",
    "secs", "art", "arts", "dept", "univ", "assn", "bros", "jan", "feb", "apr", "aug", "sept",
    "oct", "nov", "dec", "u.s", "u.k", "u.n", "d.c", "a.d", "b.c", "apdo", "párr", "parr", "núm",
    "num", "n", "pág", "págs", "pag", "pags", "sra", "sres", "srta", "sr", "dra", "dres", "d",
    "dña", "ing", "lic", "mtro", "mtra", "ee", "uu", "ene", "abr", "jun", "jul", "ago", "dic",
    "aprox", "p.ej", "ej", "cfr", "gral", "excmo", "excma", "disp", "regl", "ref", "coord",
    "coords", "cap", "caps", "secc", "av", "avda", "c.p", "tel", "profa", "gob", "dip",
)  # fmt: skip


class _Unmarked(dict[int, int | None]):
    """Every code point as itself, combining marks as nothing; each is looked up once."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.combining(chr(code)) else code
        return self[code]


_UNMARKED = _Unmarked()


def normalise(text: str) -> str:
    r"""Bring raw text into the one form every offset counts in.

    Composed accents (NFC), `\n` for every line end, plain spaces for every other blank, no
    ligatures, soft hyphens, zero-width marks, direction overrides or control characters; runs of
    spaces become one, lines lose trailing blanks, and at most one empty line stays between two.
    Figures, superscripts and fractions are left as they are: nothing a quote says is changed.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_TABLE)
    text = unicodedata.normalize("NFC", re.sub(r"[\ud800-\udfff]", "\ufffd", text))
    text = re.sub(r" {2,}", " ", text)
    text = re.sub(r" *\n *", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def fold(text: str) -> str:
    """Casefold and drop accents, so that "Investigación" and "investigacion" are one word.

    Digits, punctuation and every other character stay; the length may change.
    """
    if text.isascii():
        return text.casefold()
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return unicodedata.normalize("NFC", decomposed.translate(_UNMARKED))


def words(text: str) -> list[str]:
    """The folded words and figures of a text; "2,809,944", "IA2030.mx" and "3.5" stay whole."""
    return WORD.findall(fold(text))


def sentence_spans(text: str) -> tuple[Span, ...]:
    """The sentences of one block of running text, without surrounding blanks, in order.

    Three layout rules stand around the statistical splitter (nupunkt, Punkt after Kiss and Strunk
    2006, https://aclanthology.org/J06-4003/): a line that opens a list item starts a sentence,
    a sentence that is only an enumerator ("1.", "IV.", "Artículo 3.") joins the next, and so does
    one that only names a list item ("1. Government."), within the item.
    """
    glued: list[Span] = []
    start = 0
    for break_ in [*_LIST_BREAK.finditer(text), None]:
        end = break_.start() if break_ else len(text)
        first = len(glued)
        for a, b in _tokenizer().span_tokenize(text[start:end]):
            span = _strip(text, Span(start + a, start + b))
            if not len(span):
                continue
            before, after = glued[-1].of(text) if glued else "", span.of(text)
            named = len(glued) > first and _names_item(before, after)
            if glued and (named or _goes_on(before, after)):
                span = Span(glued.pop().start, span.end)
            glued.append(span)
        start = break_.end() if break_ else end
    return tuple(glued)


def unnumbered(text: str) -> str:
    """A text without the mark or the number with which an item of a list opens."""
    mark = _OPENING.match(text)
    return text[mark.end() :] if mark else text


def _names_item(before: str, after: str) -> bool:
    """Whether a sentence only names the list item that the next is the text of."""
    return bool(_NAME_OF_ITEM.fullmatch(before)) and not _OPENING.match(after)


def _goes_on(before: str, after: str) -> bool:
    """Whether a boundary was none: after an enumerator, in "No. 81", before a closing mark."""
    return bool(
        _ENUMERATOR.fullmatch(before)
        or (_NUMBER_OF.search(before) and after[0].isdigit())
        or after[0] in ",;)]"
    )


def _strip(text: str, span: Span) -> Span:
    piece = span.of(text)
    lead = len(piece) - len(piece.lstrip())
    return Span(span.start + lead, max(span.start + lead, span.start + len(piece.rstrip())))


@lru_cache(maxsize=1)
def _tokenizer() -> PunktSentenceTokenizer:
    import nupunkt

    # nupunkt.load() hands every caller in the process the same object, so copy before changing.
    tokenizer = nupunkt.PunktSentenceTokenizer.from_json(nupunkt.load("default").to_json())
    for word in tuple(tokenizer.abbreviations):
        tokenizer.remove_abbreviation(word)
    tokenizer.add_abbreviations(_ABBREVIATIONS)
    return tokenizer
