"""Questions that ask for two things at once: their parts, and the best sentence for each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from strategy_qa.answer.expects import Kind, kind_asked_for, offers
from strategy_qa.index import Index
from strategy_qa.index.lexical import Terms
from strategy_qa.index.words import question_spans
from strategy_qa.search import WORDS_WEIGHT
from strategy_qa.text import WORD
from strategy_qa.types import Span

if TYPE_CHECKING:
    from strategy_qa.answer.extractive import Sentence

_ASKING = (
    r"(?:what|which|who|whom|whose|when|where|why|how|qu[ée]|cu[áa]l(?:es)?|qui[ée]n(?:es)?"
    r"|cu[áa]ndo|d[óo]nde|c[óo]mo|cu[áa]nt[oa]s?|por qu[ée])"
)
# "…, and how many…", "… y a cuántas…", "…; in what year…", "…? ¿Quién…"
_BREAK = re.compile(
    rf"(?:[,;:?]? (?:and|or|y|e|o)|[;?]) (?=(?:[^\W\d_]{{1,8}} )?¿?{_ASKING}\b)", re.IGNORECASE
)
_ASKS = re.compile(rf"(?:^|\W){_ASKING}\b", re.IGNORECASE)
_WORDS = 8.0  # as `_MATCHED_WEIGHT` of `extractive`
_OFFERS = 3.0  # a part with a number, a date or a name asked for is a short one: its kind says most
_FEWEST = 2  # words of a part


def parts_of(question: str) -> tuple[Span, ...]:
    """The spans of the parts, in order; one span where the question asks for one thing."""
    cuts = [(0, 0), *(found.span() for found in _BREAK.finditer(question))]
    ends = [start for start, _ in cuts[1:]] + [len(question)]
    spans = [Span(cut[1], end) for cut, end in zip(cuts, ends, strict=True)]
    whole = all(
        _ASKS.search(span.of(question)) and len(WORD.findall(span.of(question))) >= _FEWEST
        for span in spans
    )
    return tuple(spans) if whole and len(spans) > 1 else (Span(0, len(question)),)


def best_by_part(
    index: Index, question: str, pool: Sequence[Sentence], *, language: str
) -> tuple[Sentence, ...]:
    """The sentence that serves each part of a question best; none where it has one part only.

    A part counts by its own words (by stem and by vector); the rest of a sentence's score, which
    is that of the whole question, says what the part is about.
    """
    parts = parts_of(question)
    if len(parts) == 1 or not pool:
        return ()
    spans = question_spans(question, language)
    best: list[Sentence] = []
    for part in parts:
        text = part.of(question)
        kind = kind_asked_for(text)
        terms = index.lexical.terms(text, language)
        asked = [i for i, span in enumerate(spans) if part.contains(span)]

        def score(
            sentence: Sentence,
            text: str = text,
            kind: Kind = kind,
            terms: Terms = terms,
            asked: Sequence[int] = asked,
        ) -> float:
            match = sentence.match
            held = terms.share(terms.held(sentence.text, match.row.chunk.language))
            share = match.share(held, sentence.span, asked=asked)
            more = _WORDS * (share - sentence.matched)
            more += WORDS_WEIGHT * (
                match.met_by(sentence.span, asked) - match.met_by(sentence.span)
            )
            return sentence.score + more + _OFFERS * offers(sentence.text, kind, question)

        best.append(max(pool, key=score))
    return tuple(best)
