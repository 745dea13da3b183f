"""Joins lines into running text and decides what becomes of a hyphen at a line's end.

The document itself is the dictionary: "Govern-/ment" is one word because the document writes
"Government" elsewhere, "long-/term" keeps its hyphen because it writes "long-term".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

BREAK = "\x02"  # PDFium's mark for a hyphen that ends a line

_TOKEN = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")
_BROKEN = re.compile(r"(?P<head>[^\W\d_]+)[-‐\xad\x02]$")
_HEAD = re.compile(r"[^\W_]+")
_MAX_WORD = 80  # characters; a longer run of letters is no word
_SUSPENDED = {"and", "or", "to", "y", "o", "u", "e"}  # "short- and medium-term"


class Joiner:
    """Joins lines of one document by the words that document uses."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._counts: Counter[str] = Counter()
        broken = False
        for line in lines:
            tokens = _TOKEN.findall(line.casefold().replace("‐", "-"))
            # A fragment beside a broken line end is no word: counted, it would vouch for itself.
            if broken and tokens:
                tokens.pop(0)
            broken = line.rstrip().endswith((BREAK, "-", "‐", "\xad"))
            if broken and tokens:
                tokens.pop()
            for token in tokens:
                self._counts[token] += 1
                if "-" in token:
                    self._counts.update(token.split("-"))

    def join(self, lines: Sequence[str]) -> str:
        """The lines as one; line ends become blanks, broken words are mended."""
        parts: list[str] = []
        for line in lines:
            line = line.strip(" \t\n")
            if not line:
                continue
            if parts:
                parts[-1] = self._before(parts[-1], line)
            parts.append(line)
        return "".join(parts).replace(BREAK, "-")

    def _before(self, text: str, line: str) -> str:
        """A line as it reads before the next one: a blank, a hyphen or nothing at its end."""
        if not text.endswith((BREAK, "-", "‐", "\xad")):
            return f"{text} "
        broken, tail = _BROKEN.search(text[-_MAX_WORD:]), _HEAD.match(line)
        if text.endswith("\xad") and tail:
            return text[:-1]
        if not broken or not tail:
            # A dash, a figure ("2018-" / "2020"), a reference: a mark of PDFium stands for a
            # hyphen that touched the next line's text, a plain one may be a dash.
            return text if text.endswith(BREAK) else f"{text} "
        if tail[0] in _SUSPENDED:
            return f"{text[:-1]}- "
        return text[:-1] + ("" if self._is_one_word(broken["head"], tail[0]) else "-")

    def _is_one_word(self, head: str, tail: str) -> bool:
        if not tail[0].islower():
            return False  # a compound: "Schwarz-/Weiß", "non-/GAAP"
        head, tail = head.casefold(), tail.casefold()
        whole, compound = self._counts[head + tail], self._counts[f"{head}-{tail}"]
        if whole != compound:
            return whole > compound
        return not (self._counts[head] and self._counts[tail])
