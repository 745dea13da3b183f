"""What changed between two builds of an index: documents, and the answers to some questions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from strategy_qa.encode import Encoder
from strategy_qa.errors import ConfigError
from strategy_qa.index import Index, live_build
from strategy_qa.index.plan import Plan, compare
from strategy_qa.index.publish import builds_of
from strategy_qa.qa import StrategyQA
from strategy_qa.question import check_encoder
from strategy_qa.settings import Settings
from strategy_qa.types import Answer


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """A question that two builds answer differently; silence is an empty text."""

    question: str
    before: str
    after: str
    places_before: tuple[str, ...]  # document and page of each citation
    places_after: tuple[str, ...]


def two_builds(folder: Path, old: str | None, new: str | None) -> tuple[str, str]:
    """The builds to compare: by default the live one, and the one made before the later of both.

    Raises:
        IndexMissingError: nothing has been published there.
        ConfigError: there is no such build, or none before.
    """
    names = [manifest.build for manifest in builds_of(folder)]
    new = new or live_build(folder)
    for name in filter(None, (old, new)):
        if name not in names:
            kept = ", ".join(names) or "none"
            raise ConfigError(folder, f"no build {name} is kept", remedy=f"Kept: {kept}.")
    if old is None:
        at = names.index(new)
        if at == 0:
            raise ConfigError(folder, "no older build is kept", remedy="There is one build only.")
        old = names[at - 1]
    return old, new


def document_changes(folder: Path, old: str, new: str) -> Plan:
    """Documents added, changed and removed, and what the new build leaves out and the old did not.

    Raises:
        IndexCorruptError: a build cannot be read.
    """
    before, after = (Index.open_build(folder / name) for name in (old, new))
    known = set(before.manifest.failures)
    left_out = [each for each in after.manifest.failures if each not in known]
    held = {id_: before.store.document(id_) for id_ in before.store.document_ids()}
    documents = [after.store.document(id_) for id_ in after.store.document_ids()]
    return compare(held, documents, left_out)


def answer_changes(
    folder: Path,
    old: str,
    new: str,
    questions: Iterable[str],
    *,
    encoder: Encoder,
    settings: Settings,
) -> Iterator[AnswerChange]:
    """Every question that the two builds answer with other words, or from other places.

    Raises:
        IndexCorruptError: a build cannot be read.
        IndexMismatchError: it was built with another encoder.
        QuestionError: a question cannot be asked.
    """
    indexes = [Index.open_build(folder / name) for name in (old, new)]
    for index in indexes:
        check_encoder(index, encoder)
    first, second = (StrategyQA(index, encoder, settings=settings) for index in indexes)
    for question in questions:
        before, after = first.ask(question), second.ask(question)
        places = _places(before), _places(after)
        if before.text != after.text or places[0] != places[1]:
            yield AnswerChange(question, before.text, after.text, *places)


def _places(answer: Answer) -> tuple[str, ...]:
    return tuple(f"{each.source.id}, p. {each.page}" for each in answer.citations)
