"""Reads the texts of `paragraph_data` into examples for `joint_batches`: tokens, places, words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from joint_batches import Example, Told
from paragraph_data import FOUND, GOLD, Text, find, pair_of, quoted, sentences_of

from strategy_qa.answer.joint import laid_out
from strategy_qa.encode import SentenceEncoder
from strategy_qa.evaluate import Gold
from strategy_qa.index import Index
from strategy_qa.index.lexical import stems
from strategy_qa.languages import question_language
from strategy_qa.pairs import PairTokens, sentence_of
from strategy_qa.text import WORD, fold
from strategy_qa.types import Span

_LONGEST = 400  # tokens
_SHORTEST = 4  # characters of a word without figures that gives way to another
_ALIKE = 5  # characters that two forms of one word share


def examples(texts: Iterable[Text], encoder: SentenceEncoder, *, part: str) -> Iterator[Example]:
    """Each question with its whole paragraph, behind the title."""
    for text in texts:
        title = f"{text.title}. "
        sentences = [_moved(s, len(title)) for s in sentences_of(text)]
        for question in text.questions:
            gold, answer = None, None
            if question.place:
                answer = _moved(Span(*question.place), len(title))
                holding = [i for i, s in enumerate(sentences) if s.start <= answer.start < s.end]
                if not holding:
                    continue
                gold = holding[0]
            asked, passage = question.text, title + text.context
            pair = encoder.pair_tokens(asked, passage)
            if sentences and len(pair.ids) <= _LONGEST:
                yield _example(
                    pair, asked, passage, sentences, gold, answer,
                    article=text.article, part=part, language=question.language,
                )  # fmt: skip


def gold_examples(
    rows: Iterable[Gold], index: Index, encoder: SentenceEncoder
) -> Iterator[Example]:
    """Each dev row with the best sentences found for it; left out where the right one is not."""
    for gold in rows:
        if gold.split != "dev":
            continue
        pool = find(index, encoder, gold.question).pool[:FOUND]
        right = [i for i, s in enumerate(pool) if quoted(s.text, gold)]
        if not pool or (gold.answerable and not right):
            continue
        passage, places = laid_out(pool)
        pair = encoder.pair_tokens(gold.question, passage)
        if len(pair.ids) <= _LONGEST:
            yield _example(
                pair, gold.question, passage, places, right[0] if right else None, None,
                article=pair_of(gold.id), part=GOLD, language=question_language(gold.question),
            )  # fmt: skip


def _example(
    pair: PairTokens,
    question: str,
    passage: str,
    sentences: Sequence[Span],
    gold: int | None,
    answer: Span | None,
    *,
    article: str,
    part: str,
    language: str,
) -> Example:
    sentence = np.full(len(pair.ids), -1, np.int16)
    read = slice(pair.passage.start, pair.passage.end)
    sentence[read] = sentence_of(pair.places, sentences)
    is_answer = np.zeros(len(pair.ids), bool)
    if answer:
        is_answer[read] = [place.overlaps(answer) for place in pair.places]
        is_answer &= sentence == gold
    right = fold(sentences[gold].of(passage)) if gold is not None else ""
    return Example(
        article=article,
        part=part,
        language=language,
        ids=np.array(pair.ids, np.int32),
        question=slice(pair.question.start, pair.question.end),
        sentence=sentence,
        gold=gold,
        answer=is_answer,
        told=tuple(_told(pair, question, language, right)),
    )


def _told(pair: PairTokens, question: str, language: str, right: str) -> Iterator[Told]:
    for word in WORD.finditer(question):
        written, figure = word.group(), any(c.isdigit() for c in word.group())
        folded = fold(written)
        if (len(folded) < _SHORTEST and not figure) or not stems(folded, language):
            continue
        span = Span(*word.span())
        tokens = [i for i, place in enumerate(pair.asked) if place.overlaps(span)]
        if tokens:
            first, last = (pair.question.start + tokens[i] for i in (0, -1))
            name = written[0].isupper() and word.start() > 1
            sort = "figure" if figure else "name" if name else "word"
            yield Told(slice(first, last + 1), sort, folded[:_ALIKE] in right)


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)
