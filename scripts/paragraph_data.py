"""Reads SQuAD-like JSON, exercises and the gold set into encoded paragraphs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from reader_training import Paragraph, Question

from strategy_qa.answer.evidence import Words, all_forms, read_words, words_of
from strategy_qa.answer.extractive import Sentence, pool_sentences
from strategy_qa.answer.reading import forms_around, held_in, word_weights, words_within
from strategy_qa.chunk import context_of
from strategy_qa.encode import Encoder, Passage, unit
from strategy_qa.evaluate import Gold
from strategy_qa.index import Index
from strategy_qa.index.lexical import LexicalIndex
from strategy_qa.index.vectors import packed
from strategy_qa.index.words import word_spans
from strategy_qa.question import Asked as Put
from strategy_qa.question import understand
from strategy_qa.search import Match, search
from strategy_qa.text import WORD, fold, sentence_spans, words
from strategy_qa.types import Filters, Span

CHUNK_TOKENS = 300  # of the indexes that questions are put to
ANYWHERE = Filters()
GOLD = "gold"  # the part of paragraphs from the gold set
ALONE, WITHIN = KINDS = ("alone", "within")  # how sentences are encoded, see `reader.Readers`

# Spanish titles of articles that the English set has too: they must fall into one fold.
_SAME_ARTICLE = {
    "Southern _ California": "Southern_California", "Victoria _ (Australia)":
    "Victoria_(Australia)", "Motor": "Steam_engine", "1973: Crisis del petróleo":
    "1973_oil_crisis", "Ley Europea": "European_Union_law", "Conmutación de paquetes":
    "Packet_switching", "Geología": "Geology", "Construcción": "Construction", "Universidad":
    "Harvard_University", "Desigualdad económica": "Economic_inequality",
    "Universidad de Chicago": "University_of_Chicago", "Sistema inmune": "Immune_system",
    "Rin": "Rhine", "El islamismo": "Islamism", "Varsovia": "Warsaw", "Fuerza": "Force",
}  # fmt: skip
_MIN_WORDS = 3  # as in `answer.extractive`
_MAX_SENTENCES = 10
FOUND = 8  # best sentences that a gold question is put to


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the data has it."""

    id: str
    text: str
    language: str
    place: tuple[int, int] | None  # of the answer in the context; None where there is none


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph as the data has it."""

    article: str
    title: str
    language: str
    context: str
    questions: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What an index has for a question."""

    asked: Put
    matches: tuple[Match, ...]
    pool: tuple[Sentence, ...]  # of their sentences, best first, before readers read them


@dataclass(frozen=True, slots=True)
class _Read:
    """A sentence of a paragraph, the words of it that are read, and where these stand."""

    span: Span
    words: Words
    spans: Sequence[Span]


def read_texts(path: Path, language: str) -> list[Text]:
    """The paragraphs of a file in SQuAD's form, in order."""
    articles = json.loads(path.read_text(encoding="utf-8"))["data"]
    return [
        Text(
            _SAME_ARTICLE.get(article["title"], article["title"]),
            article["title"].replace("_", " "),
            language,
            paragraph["context"].replace("\n", " "),
            tuple(
                _asked(q, language) for q in paragraph["qas"] if q.get("is_impossible") or _place(q)
            ),
        )
        for article in articles
        for paragraph in article["paragraphs"]
    ]


def read_exercises(path: Path) -> list[Text]:
    """Our own paragraphs, one JSON object a line; their questions are in either language.

    Each question is [text, language, answer as it stands in the context, or null].
    """
    texts = []
    for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        title, context = row["title"], row["context"]
        questions = tuple(
            Asked("", text, language, _found(answer, context))
            for text, language, answer in row["questions"]
        )
        texts.append(Text(title, title, row["language"], context, questions))
    return texts


def across(asking: list[Text], answering: list[Text]) -> list[Text]:
    """The paragraphs of one language with the questions of another, paired by question id."""
    asked = {q.id: q for each in asking for q in each.questions}
    return [
        replace(
            each,
            questions=tuple(
                replace(q, text=asked[q.id].text, language=asked[q.id].language)
                for q in each.questions
                if q.id in asked
            ),
        )
        for each in answering
    ]


def neighbours(texts: list[Text]) -> list[Text]:
    """Every paragraph with the questions of the one before it, which it does not answer."""
    return [
        replace(each, questions=tuple(replace(q, place=None) for q in before.questions))
        for before, each in pairwise(texts)
        if before.article == each.article
    ]


def encode(texts: list[Text], encoder: Encoder, *, part: str, kind: str) -> Iterator[Paragraph]:
    """Paragraphs ready to train readers of a `kind` on: sentences read alone, or within them."""
    lexical = LexicalIndex.build((f"{t.title} {t.context}", t.language) for t in texts)
    for text in texts:
        read = (_alone if kind == ALONE else _within)(text, sentences_of(text), encoder)
        asked = read_words(encoder, [(q.text, q.language) for q in text.questions])
        around = all_forms((text.context, text.title))
        questions: list[Question] = []
        for question, each in zip(text.questions, asked, strict=True):
            gold, answer = None, None
            if question.place:
                start, end = question.place
                holding = [i for i, s in enumerate(read) if s.span.start <= start < s.span.end]
                if not holding:
                    continue
                gold = holding[0]
                answer = np.array([s.start < end and s.end > start for s in read[gold].spans])
            weights = word_weights(lexical, each)
            questions.append(Question(each, weights, held_in(each, around), gold, answer))
        if questions and read:
            sentences = tuple(sentence.words for sentence in read)
            yield Paragraph(text.article, part, sentences, tuple(questions))


def sentences_of(text: Text) -> list[Span]:
    """The first sentences of a paragraph that say something."""
    spans = sentence_spans(text.context)
    return [s for s in spans if len(words(s.of(text.context))) >= _MIN_WORDS][:_MAX_SENTENCES]


def _alone(text: Text, sentences: Sequence[Span], encoder: Encoder) -> list[_Read]:
    found = []
    texts = [(s.of(text.context), text.language) for s in sentences]
    for span, (sentence, _), each in zip(sentences, texts, read_words(encoder, texts), strict=True):
        places = [Span(*m.span()) for m in WORD.finditer(sentence)][: len(each)]
        found.append(_Read(span, each, [_moved(place, span.start) for place in places]))
    return found


def _within(text: Text, sentences: Sequence[Span], encoder: Encoder) -> list[_Read]:
    """As an index holds them; nothing where the paragraph is too long for the encoder."""
    context = context_of(text.title, ())
    passage = context + text.context
    if encoder.count_tokens([passage])[0] > encoder.max_tokens:
        return []
    spans = word_spans(passage, text.language)
    (encoded,) = encoder.encode_passages([Passage(passage, spans)])
    vectors = unit(packed(encoded.sentences).astype(np.float32))
    found = []
    for sentence in sentences:
        places = [_moved(span, -len(context)) for span in spans]
        rows = [i for i, place in enumerate(places) if sentence.contains(place)]
        if rows:
            inside = [_moved(places[i], -sentence.start) for i in rows]
            each = words_of(sentence.of(text.context), text.language, inside, vectors[rows])
            found.append(_Read(sentence, each, [places[i] for i in rows]))
    return found


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)


def find(index: Index, encoder: Encoder, question: str, filters: Filters = ANYWHERE) -> Found:
    """Put a question to an index, up to where readers come in."""
    asked = understand(index, encoder, question, filters)
    language = asked.language
    matches = search(
        index, asked.text, asked.vector, asked.words,
        encoder=encoder, language=language, filters=filters, k=10,
    )  # fmt: skip
    pool = pool_sentences(index, asked.text, asked.vector, matches, language=language)
    return Found(asked, matches, pool)


def gold_paragraphs(
    rows: Iterable[Gold], index: Index, encoder: Encoder, *, kind: str
) -> Iterator[Paragraph]:
    """Each dev row with the best sentences found for it; left out where the right one is not."""
    for gold in rows:
        if gold.split != "dev":
            continue
        found = find(index, encoder, gold.question)
        pool, said = found.pool[:FOUND], found.asked.said
        asked = words_of(said.text, found.asked.language, said.spans, said.vectors)
        if kind == WITHIN:
            read = [words_within(sentence) for sentence in pool]
        else:
            read = read_words(encoder, [(s.text, s.match.row.chunk.language) for s in pool])
        legible = [(s, each) for s, each in zip(pool, read, strict=True) if len(each)]
        right = [i for i, (s, _) in enumerate(legible) if quoted(s.text, gold)]
        if not legible or (gold.answerable and not right):
            continue
        weights = word_weights(index.lexical, asked)
        nearby = held_in(asked, forms_around(pool[0]))
        question = Question(asked, weights, nearby, right[0] if right else None, None)
        sentences = tuple(each for _, each in legible)
        yield Paragraph(pair_of(gold.id), GOLD, sentences, (question,))


def quoted(sentence: str, gold: Gold) -> bool:
    """Whether a sentence is one that a gold row quotes, or a part of it."""
    text = fold(sentence)
    return any(text in quote or quote in text for quote in map(fold, gold.quotes))


def pair_of(gold_id: str) -> str:
    """What the gold questions of a pair share: they must fall into one fold."""
    return re.sub(r"(?<=\d)[a-z]$", "", gold_id)


def _asked(question: Mapping[str, Any], language: str) -> Asked:
    place = None if question.get("is_impossible") else _place(question)
    return Asked(question["id"], question["question"].strip(), language, place)


def _place(question: Mapping[str, Any]) -> tuple[int, int] | None:
    for answer in question["answers"]:
        start = answer["answer_start"]
        if start >= 0 and answer["text"]:
            return start, start + len(answer["text"])
    return None


def _found(answer: str | None, context: str) -> tuple[int, int] | None:
    if answer is None:
        return None
    start = context.index(answer)
    return start, start + len(answer)
