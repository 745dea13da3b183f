"""Ask gold questions and judge what comes back, one outcome per question.

A passage or a sentence is relevant when it overlaps a gold quote in the document's text, so the
judgements hold however documents are cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from strategy_qa.answer import Evidence
from strategy_qa.errors import ConfigError, QuestionError
from strategy_qa.evaluate.gold import Gold
from strategy_qa.evaluate.metrics import holds, ndcg, recall
from strategy_qa.index import Index
from strategy_qa.qa import StrategyQA
from strategy_qa.types import Answer, Chunk, Filters, Notice, Span

DEPTH = 10  # passages judged, whatever the settings say of k

Places = Mapping[str, tuple[Span, ...]]  # gold quotes, by document


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question; a measure that does not apply to it is None."""

    gold: Gold
    answer: Answer  # without its hits, which add up
    languages: frozenset[str]  # of the relevant passages
    passages: tuple[bool, ...]  # relevance of the hits, best first
    relevant: int  # relevant passages in the index; 0 where no gold quote was found
    sentences: tuple[bool, ...]  # relevance of the sentences that competed, best first
    quotes: tuple[bool, ...]  # whether each quote of the answer slices out of its document
    page: bool | None  # whether the gold quotes it cites are cited with the gold page
    right: bool  # the answer that was given, or withheld, is right
    missing: tuple[Notice, ...]  # gold quotes that stand in no document

    @property
    def direction(self) -> str:
        """Language of the question → language of what answers it; "" where that is unknown."""
        spoken = self.gold.language
        found = spoken if spoken in self.languages else min(self.languages, default="")
        return f"{spoken}→{found}" if found else ""

    def recall(self, k: int) -> float | None:
        """Whether a relevant passage is among the first `k`."""
        return recall(self.passages, k=k) if self.relevant else None

    def ndcg(self) -> float | None:
        """NDCG of the passages."""
        return ndcg(self.passages, k=DEPTH, relevant=self.relevant) if self.relevant else None

    def sentence(self, k: int) -> float | None:
        """Whether a relevant sentence is among the first `k`."""
        return recall(self.sentences, k=k) if self.relevant else None

    def acceptable(self) -> float | None:
        """Whether the answer holds an acceptable string; silence does not."""
        wanted = self.gold.answers
        return float(any(holds(spoken(self.answer), a) for a in wanted)) if wanted else None

    def complete(self) -> float | None:
        """Whether the answer to a list question holds every item; silence does not."""
        wanted = self.gold.items
        return float(all(holds(spoken(self.answer), i) for i in wanted)) if wanted else None


def spoken(answer: Answer) -> str:
    """The words of an answer without the numbers of its citations."""
    return "\n".join(claim.text for claim in answer.claims)


def measure(qa: StrategyQA, rows: Iterable[Gold]) -> Iterator[Outcome]:
    """Ask each question twice: for the answer as users get it, and for what it is chosen from.

    Raises:
        ConfigError: a question cannot be asked, or the index was rebuilt meanwhile.
    """
    build = ""
    for gold in rows:
        try:
            answer = qa.ask(gold.question, k=DEPTH)
            evidence = qa.evidence(gold.question, k=DEPTH)
        except QuestionError as error:
            raise ConfigError(f"row {gold.id}", f"cannot be asked: {error}") from error
        build = build or answer.index_build
        if {answer.index_build, evidence.index.manifest.build} != {build}:
            raise ConfigError("index", "was rebuilt while measuring", remedy="Run it again.")
        yield judge(gold, answer, evidence)


def judge(gold: Gold, answer: Answer, evidence: Evidence) -> Outcome:
    """Hold an answer and its evidence against a gold row."""
    index = evidence.index
    places, missing = find_quotes(index, gold)
    chunks = [c for c in _chunks(index, places) if _is_gold(places, c.document_id, c.span)]
    cited = [c for c in answer.citations if _is_gold(places, c.document_id, c.span)]
    exact = [c.page in gold.pages for c in cited] if gold.pages else []
    return Outcome(
        gold=gold,
        answer=replace(answer, hits=()),
        languages=frozenset(chunk.language for chunk in chunks),
        passages=tuple(_is_gold(places, h.chunk.document_id, h.chunk.span) for h in answer.hits),
        relevant=len(chunks),
        sentences=tuple(
            _is_gold(places, s.match.row.chunk.document_id, s.span) for s in evidence.pool
        ),
        quotes=tuple(
            c.span.of(index.store.document(c.document_id).text) == c.quote for c in answer.citations
        ),
        page=all(exact) if exact else None,
        right=_is_right(gold, evidence, places),
        missing=missing,
    )


def find_quotes(index: Index, gold: Gold) -> tuple[dict[str, tuple[Span, ...]], tuple[Notice, ...]]:
    """Where the gold quotes of a row stand, and a notice for each that stands nowhere.

    They are looked for in the documents that the row names, then in all others; blanks and line
    ends in them match any blanks, so that a reader may wrap lines otherwise.
    """
    places: dict[str, tuple[Span, ...]] = {}
    missing: list[Notice] = []
    known = index.store.document_ids()
    named = [d for d in dict.fromkeys((gold.document_id, *gold.documents)) if d in known]
    others = [d for d in known if d not in named]
    for quote in gold.quotes:
        pattern = re.compile(r"\s+".join(map(re.escape, quote.split())))
        for documents in (named, others):
            found = {d: spans for d in documents if (spans := _spans(index, d, pattern))}
            if found:
                break
        else:
            missing.append(Notice(gold.id, f"quote not found in the index: {quote[:80]!r}"))
        for document, spans in found.items():
            places[document] = (*places.get(document, ()), *spans)
    return places, tuple(missing)


def _spans(index: Index, document_id: str, pattern: re.Pattern[str]) -> tuple[Span, ...]:
    text = index.store.document(document_id).text
    return tuple(Span(m.start(), m.end()) for m in pattern.finditer(text))


def _chunks(index: Index, places: Places) -> Iterator[Chunk]:
    if places:
        for row in index.store.rows_matching(Filters(documents=frozenset(places))):
            yield index.store.row(int(row)).chunk


def _is_gold(places: Places, document_id: str, span: Span) -> bool:
    return any(span.overlaps(gold) for gold in places.get(document_id, ()))


def _is_right(gold: Gold, evidence: Evidence, places: Places) -> bool:
    """By its acceptable strings; where there are none by its items, else by its quotes."""
    if not gold.answerable:
        return False
    said = "\n".join(sentence.text for sentence in evidence.chosen)
    if gold.answers:
        return any(holds(said, answer) for answer in gold.answers)
    if gold.items:
        return all(holds(said, item) for item in gold.items)
    return any(_is_gold(places, s.match.row.chunk.document_id, s.span) for s in evidence.chosen)
