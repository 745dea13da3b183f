"""Reads SQuAD and XQuAD files (JSON, v1.1 and v2.0) as gold, and makes a corpus of their texts.

Questions come from one file, the texts they are put to from the same or from others with the
same question ids; texts in another language measure a cross-language direction. A gold quote is
the sentence, or the sentences, that an annotated answer stands in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from strategy_qa.chunk import block_sentences
from strategy_qa.errors import ConfigError
from strategy_qa.evaluate.gold import NEAR_MISS, Gold, Id, first_fault, load, unique
from strategy_qa.languages import detect_language
from strategy_qa.text import normalise
from strategy_qa.types import Document, Notice, Span

SUFFIX = ".json"
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")  # all that Markdown lets a backslash disarm
_ENOUGH = 50  # questions, to tell the language of a file


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)


class _Answer(_Part):
    text: str
    answer_start: int


class _Question(_Part):
    id: Id
    question: str
    answers: tuple[_Answer, ...] = ()
    is_impossible: bool = False  # v2.0: written to look answerable, and not


class _Paragraph(_Part):
    context: str
    qas: tuple[_Question, ...]


class _Article(_Part):
    title: str = ""
    paragraphs: tuple[_Paragraph, ...]


class Squad(_Part):
    """A SQuAD file."""

    data: tuple[_Article, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class _Key:
    """What one text says to a question."""

    document_id: str
    answers: tuple[str, ...]
    quotes: tuple[str, ...]


def read_squad(path: Path) -> Squad:
    """Read a SQuAD file; ConfigError where it is not one."""
    try:
        return Squad.model_validate_json(load(path))
    except ValidationError as error:
        remedy = "A .json file must be in SQuAD's format; write gold rows as .jsonl."
        raise ConfigError(path, f"is not SQuAD ({first_fault(error)})", remedy=remedy) from error


def write_corpus(contexts: Sequence[Squad], corpus: Path) -> None:
    """Write the texts as a corpus folder: one Markdown document per article."""
    folder = corpus / "documents"
    folder.mkdir(parents=True)
    for document_id, article in _articles(contexts):
        title = article.title.replace("_", " ")
        parts = [
            f"# {_escape(title) or document_id}",
            *(_escape(p.context) for p in _texts(article)),
        ]
        (folder / f"{document_id}.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def squad_gold(
    path: Path, contexts: Sequence[Squad], document: Callable[[str], Document]
) -> tuple[tuple[Gold, ...], tuple[Notice, ...]]:
    """The questions of a SQuAD file as gold rows, and what could not be used, by question id.

    Args:
        path: the file with the questions.
        contexts: what `write_corpus` was given.
        document: gives a document of the index by its id; KeyError where it holds none.
    """
    asked = [q for a in read_squad(path).data for p in a.paragraphs for q in p.qas]
    language = detect_language(" ".join(q.question for q in asked[:_ENOUGH]))
    keys: dict[str, list[_Key]] = {}
    for document_id, article in _articles(contexts):
        try:
            indexed = document(document_id)
        except KeyError:  # left out of the build, as the double of another text is
            continue
        for question_id, key in _keys(indexed, article):
            keys.setdefault(question_id, []).append(key)
    rows: list[Gold] = []
    doubts: list[Notice] = []
    for question in asked:
        if question.id not in keys:
            doubts.append(Notice(question.id, "left out: no indexed text belongs to it"))
            continue
        row = _gold(question, keys[question.id], language=language)
        if row.answerable and not row.quotes:
            doubts.append(Notice(question.id, "no annotated answer stands in its text"))
        rows.append(row)
    return unique(rows, [path]), tuple(doubts)


def _articles(contexts: Sequence[Squad]) -> Iterator[tuple[str, _Article]]:
    """Every article that has a text, under the id of its document."""
    for file, squad in enumerate(contexts, start=1):
        for number, article in enumerate(squad.data, start=1):
            if _texts(article):
                yield f"text{file}-{number:04}", article


def _texts(article: _Article) -> list[_Paragraph]:
    return [paragraph for paragraph in article.paragraphs if normalise(paragraph.context)]


def _escape(text: str) -> str:
    return _PUNCTUATION.sub(r"\\\1", _line(text))


def _keys(document: Document, article: _Article) -> Iterator[tuple[str, _Key]]:
    at = 0
    for paragraph in _texts(article):
        context = _line(paragraph.context)
        found = document.text.find(context, at)
        place = Span(found, found + len(context)) if found >= 0 else None
        at = place.end if place else at
        for question in paragraph.qas:
            answers = [a for a in question.answers if normalise(a.text)]
            spans = [_locate(document.text, place, a, paragraph.context) for a in answers]
            quotes = [quote for span in spans if span for quote in _sentences(document, span)]
            texts = tuple(dict.fromkeys(_line(a.text) for a in answers))
            yield question.id, _Key(document.id, texts, tuple(dict.fromkeys(quotes)))


def _line(text: str) -> str:
    return " ".join(normalise(text).split())


def _locate(text: str, place: Span | None, answer: _Answer, context: str) -> Span | None:
    """The span of an annotated answer; its offset counts in the raw context, so it is a hint."""
    if place is None:
        return None
    wanted = _line(answer.text)
    hint = place.start + len(_line(context[: max(0, answer.answer_start)]))
    starts = [m.start() for m in re.finditer(re.escape(wanted), place.of(text))]
    nearest = min(starts, key=lambda start: abs(place.start + start - hint), default=None)
    if nearest is None:
        return None
    return Span(place.start + nearest, place.start + nearest + len(wanted))


def _sentences(document: Document, span: Span) -> list[str]:
    return [
        sentence.of(document.text)
        for block in document.blocks
        if block.span.overlaps(span)
        for sentence in block_sentences(document.text, block)
        if sentence.overlaps(span)
    ]


def _gold(question: _Question, keys: Sequence[_Key], *, language: str) -> Gold:
    answerable = not question.is_impossible
    given = keys if answerable else ()
    try:
        return Gold(
            id=question.id,
            question=question.question,
            language="es" if language == "es" else "en",
            answerable=answerable,
            answers=tuple(dict.fromkeys(a for key in given for a in key.answers)),
            quotes=tuple(dict.fromkeys(q for key in given for q in key.quotes)),
            documents=tuple(dict.fromkeys(key.document_id for key in keys)),
            kind="" if answerable else NEAR_MISS,
        )
    except ValidationError as error:
        raise ConfigError(f"question {question.id}", first_fault(error)) from error
