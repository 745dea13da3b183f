"""A question as it is put to an index: checked, encoded, with what it may look at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from strategy_qa.encode import Encoder
from strategy_qa.errors import IndexMismatchError, QuestionError
from strategy_qa.index import Index
from strategy_qa.index.words import QuestionWords, Said, encode_question, question_words
from strategy_qa.languages import LANGUAGES, question_language
from strategy_qa.text import normalise
from strategy_qa.types import Filters

MAX_QUESTION = 1_000  # characters: longer than any question, shorter than the encoder's window


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, encoded, and what it is put to."""

    index: Index
    text: str  # on one line
    vector: NDArray[np.float32]
    said: Said  # all its words
    words: QuestionWords  # those that tell something
    language: str
    filters: Filters


def understand(
    index: Index,
    encoder: Encoder,
    question: str,
    filters: Filters | None,
    *,
    language: str | None = None,
    spoken: str | None = None,
) -> Asked:
    """Check and encode a question.

    Args:
        index: an open build.
        encoder: the one it was built with.
        question: in English or Spanish.
        filters: which documents it is put to.
        language: only passages in it.
        spoken: the language of a question that is too short to tell; by default `language`, or
            that of the passage which holds most of its words.

    Raises:
        QuestionError: it is empty or too long, or a filter names what is not there.
    """
    text = check_question(question)
    filters = filters or Filters()
    _check_documents(index, filters)
    if language is not None:
        filters = replace(filters, languages=frozenset({language}))
    _check_languages(index, filters)
    default = spoken or (language if language in LANGUAGES else "")
    spoken = question_language(text, default="") or default or _language_of_words(index, text)
    vector, said = encode_question(encoder, text)
    words = question_words(said, index.lexical, spoken)
    return Asked(index, text, vector, said, words, spoken, filters)


def check_question(question: str) -> str:
    """The normalised question; QuestionError when it is empty or too long."""
    text = " ".join(normalise(question[: 20 * MAX_QUESTION]).split())
    if not any(character.isalnum() for character in text):
        raise QuestionError("question", "is empty", remedy="Write a question.")
    if len(text) > MAX_QUESTION:
        raise QuestionError(
            "question",
            f"has {len(question):,} characters, more than {MAX_QUESTION:,}",
            remedy="Ask for one thing at a time.",
        )
    return text


def _language_of_words(index: Index, text: str) -> str:
    shares = index.lexical.scores(text, "en")
    best = int(shares.argmax()) if len(shares) else 0
    found = str(index.languages[best]) if len(shares) and shares[best] > 0 else ""
    return found if found in LANGUAGES else "en"


def check_encoder(index: Index, encoder: Encoder) -> None:
    """IndexMismatchError when an index was built with another encoder."""
    manifest = index.manifest
    if manifest.fingerprint != encoder.fingerprint:
        raise IndexMismatchError(
            f"index {manifest.build}",
            f"was built with the encoder {manifest.encoder}, not {encoder.name}",
            remedy="Run `strategy-qa build` to build it with this one.",
        )


def _check_languages(index: Index, filters: Filters) -> None:
    held = set(index.spoken)
    for language in sorted(filters.languages - held.union(LANGUAGES)):
        raise QuestionError(
            language,
            "no passage of the index is in this language",
            remedy=f"It holds {', '.join(sorted(held))}.",
        )


def _check_documents(index: Index, filters: Filters) -> None:
    if not filters.documents:
        return
    known = index.store.document_ids()
    for document_id in sorted(filters.documents.difference(known)):
        near = ", ".join(get_close_matches(document_id, known, n=3))
        raise QuestionError(
            document_id,
            "no document of the index has this id",
            remedy=f"Near it: {near}." if near else "`strategy-qa status` lists them.",
        )
