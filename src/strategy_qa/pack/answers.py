"""Answers read back from the contract's JSON, field by field."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from strategy_qa.contract import AnswerDict, CitationDict
from strategy_qa.errors import ConfigError
from strategy_qa.types import Answer, Citation, Claim, Conflict, Mode, Reading, Source, Span

INPUTS = (".jsonl", ".json")
_ROW = TypeAdapter(AnswerDict)
_REMEDY = "Use what `strategy-qa batch … -o answers.jsonl` or `strategy-qa ask … --json` wrote."


def read_answers(path: Path) -> list[AnswerDict]:
    """The answers of a file with one JSON object a line.

    Raises:
        ConfigError: the file cannot be read, or a line of it is no answer.
    """
    if path.suffix.lower() not in INPUTS:
        raise ConfigError(path, "is no file of answers in JSON", remedy=_REMEDY)
    try:
        text = path.read_bytes().decode()
    except OSError as error:
        raise ConfigError(path, f"cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise ConfigError(path, "is not UTF-8 text", remedy=_REMEDY) from error
    try:
        rows = list(parse_answers(text))
    except ValueError as error:
        raise ConfigError(path, str(error), remedy=_REMEDY) from error
    if not any(row["citations"] for row in rows):
        raise ConfigError(path, "holds no answer with a quote", remedy=_REMEDY)
    return rows


def parse_answers(text: str) -> Iterator[AnswerDict]:
    """The answers of JSON Lines; ValueError, naming the line, for one that is none."""
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            yield _ROW.validate_python(json.loads(line), strict=True)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(map(str, first["loc"]))
            raise ValueError(f"line {number} is no answer ({field}: {first['msg']})") from error
        except (ValueError, RecursionError) as error:
            raise ValueError(f"line {number} is not JSON") from error


def answer_of(row: AnswerDict, source_of: Callable[[CitationDict], Source]) -> Answer:
    """An answer with its citations again, a claim for each; without its hits."""
    return Answer(
        question=row["question"],
        claims=tuple(
            Claim(citation.quote, (citation,))
            for citation in (_citation(cited, source_of(cited)) for cited in row["citations"])
        ),
        abstained=row["abstained"],
        confidence=row["confidence"] or 0.0,
        hits=(),
        mode=Mode.EXTRACTIVE,
        index_build=row["index_build"] or "",
        encoder=row["encoder"] or "",
        language=row["language"] or "en",
        searched=row["searched"] or "",
        conflicts=tuple(
            Conflict(
                conflict["measure"],
                tuple(
                    Reading(r["citation"], r["value"], Span(r["start"], r["end"]))
                    for r in conflict["readings"]
                ),
            )
            for conflict in row["conflicts"]
        ),
    )


def _citation(cited: CitationDict, source: Source) -> Citation:
    return Citation(
        number=cited["number"],
        source=source,
        span=Span(cited["start"], cited["end"]),
        quote=cited["quote"],
        page=cited["page"],
        page_label=cited["page_label"],
        section=cited["section"],
        document_id=cited["document_id"],
        language=source.language,
        ocr=cited["ocr"],
        lead_in=cited["lead_in"],
    )
