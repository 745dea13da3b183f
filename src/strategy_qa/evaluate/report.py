"""Sum outcomes up: overall, by language, direction and kind of question, as JSON or tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from typing import Any

from strategy_qa.evaluate.asking import Outcome
from strategy_qa.evaluate.gold import NEAR_MISS, OFF_TOPIC
from strategy_qa.evaluate.metrics import Risk, auroc, coverage_at_risk, mean, percentile
from strategy_qa.languages import LANGUAGES
from strategy_qa.types import Notice

Outcomes = Sequence[Outcome]
Figures = Mapping[str, float | None]  # by name of the measure; None where it applies to nothing

_THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)

# What the table of kinds shows; JSON has every measure of each.
_OF_KINDS = (
    "recall@1",
    "sentence@1",
    "acceptable_answer",
    "complete_list",
    "refused_answerable",
    "refusal_recall",
)


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured, by group: "overall", "es" (asked in Spanish), "es→en" (direction), "list".

    The last is a kind of question, one of `kinds`.
    """

    index_build: str
    encoder: str
    groups: Mapping[str, Figures]
    counts: Mapping[str, tuple[int, int]]  # of each group: answerable and unanswerable questions
    kinds: tuple[str, ...]
    coverage: tuple[Risk, ...]
    warnings: tuple[Notice, ...]


def _refusals(outcomes: Outcomes, kind: str | None = None) -> list[Outcome]:
    """Those where silence is right."""
    return [o for o in outcomes if not o.gold.answerable and kind in (None, o.gold.kind)]


def _answerable(outcomes: Outcomes) -> list[Outcome]:
    return [o for o in outcomes if o.gold.answerable]


def _silence(outcomes: Outcomes) -> float | None:
    return mean(o.answer.abstained for o in outcomes)


def _precision(outcomes: Outcomes) -> float | None:
    if not _refusals(outcomes):
        return None
    return mean(not o.gold.answerable for o in outcomes if o.answer.abstained)


def _separation(outcomes: Outcomes, kind: str | None = None) -> float | None:
    answerable = [o.answer.confidence for o in _answerable(outcomes)]
    return auroc(answerable, [o.answer.confidence for o in _refusals(outcomes, kind)])


def _latency(outcomes: Outcomes, share: float) -> float | None:
    return percentile([o.answer.latency_ms for o in outcomes], share)


MEASURES: Mapping[str, Callable[[Outcomes], float | None]] = {
    "recall@1": lambda group: mean(o.recall(1) for o in group),
    "recall@3": lambda group: mean(o.recall(3) for o in group),
    "recall@5": lambda group: mean(o.recall(5) for o in group),
    "ndcg@10": lambda group: mean(o.ndcg() for o in group),
    "sentence@1": lambda group: mean(o.sentence(1) for o in group),
    "sentence@3": lambda group: mean(o.sentence(3) for o in group),
    "acceptable_answer": lambda group: mean(o.acceptable() for o in group),
    "complete_list": lambda group: mean(o.complete() for o in group),
    "exact_page": lambda group: mean(o.page for o in group),
    "quote_fidelity": lambda group: mean(chain.from_iterable(o.quotes for o in group)),
    "refused_answerable": lambda group: _silence(_answerable(group)),
    "refusal_precision": _precision,
    "refusal_recall": lambda group: _silence(_refusals(group)),
    "refusal_recall_near_miss": lambda group: _silence(_refusals(group, NEAR_MISS)),
    "refusal_recall_off_topic": lambda group: _silence(_refusals(group, OFF_TOPIC)),
    "auroc": _separation,
    "auroc_near_miss": lambda group: _separation(group, NEAR_MISS),
    "auroc_off_topic": lambda group: _separation(group, OFF_TOPIC),
    "latency_p50_ms": lambda group: _latency(group, 0.50),
    "latency_p95_ms": lambda group: _latency(group, 0.95),
}


def report_on(outcomes: Iterable[Outcome], *, warnings: Iterable[Notice] = ()) -> Report:
    """Every measure of every group; `warnings` of the reading come before those of the asking.

    A direction holds answerable questions only: what nothing answers has no passage's language.

    Raises:
        ValueError: there are no outcomes.
    """
    every = list(outcomes)
    if not every:
        raise ValueError("nothing was measured")
    groups: dict[str, list[Outcome]] = {"overall": every}
    for outcome in sorted(every, key=lambda o: o.gold.language):
        groups.setdefault(outcome.gold.language, []).append(outcome)
    for outcome in sorted(every, key=lambda o: o.direction):
        if outcome.gold.answerable and outcome.direction:
            groups.setdefault(outcome.direction, []).append(outcome)
    kinds = tuple(sorted({o.gold.kind for o in every if o.gold.kind and o.gold.kind not in groups}))
    for kind in kinds:
        groups[kind] = [o for o in every if o.gold.kind == kind]
    answer = every[0].answer
    return Report(
        index_build=answer.index_build,
        encoder=answer.encoder,
        groups={
            name: {m: of(group) for m, of in MEASURES.items()} for name, group in groups.items()
        },
        counts={n: (len(_answerable(g)), len(_refusals(g))) for n, g in groups.items()},
        kinds=kinds,
        coverage=coverage_at_risk(
            [o.answer.confidence for o in every], [not o.right for o in every], _THRESHOLDS
        ),
        warnings=(*warnings, *chain.from_iterable(o.missing for o in every)),
    )


def report_dict(report: Report) -> dict[str, Any]:
    """A report as a JSON object; shares are in [0, 1], rounded to four places."""

    def group(name: str) -> dict[str, Any]:
        answerable, unanswerable = report.counts[name]
        figures = {m: _rounded(value) for m, value in report.groups[name].items()}
        return {"answerable": answerable, "unanswerable": unanswerable, **figures}

    names = [n for n in report.groups if n != "overall" and n not in report.kinds]
    return {
        "index_build": report.index_build,
        "encoder": report.encoder,
        "overall": group("overall"),
        "languages": {name: group(name) for name in names if "→" not in name},
        "directions": {name: group(name) for name in names if "→" in name},
        "kinds": {name: group(name) for name in report.kinds},
        "coverage_at_risk": [
            {key: _rounded(value) for key, value in asdict(risk).items()}
            for risk in report.coverage
        ],
        "warnings": [asdict(warning) for warning in report.warnings],
    }


def outcome_dict(outcome: Outcome) -> dict[str, Any]:
    """What became of one question, as a JSON object: to see which ones a figure stands for."""
    return {
        "id": outcome.gold.id,
        "question": outcome.gold.question,
        "kind": outcome.gold.kind,
        "direction": outcome.direction,
        "answerable": outcome.gold.answerable,
        "abstained": outcome.answer.abstained,
        "confidence": outcome.answer.confidence,
        "right": outcome.right,
        "recall@1": outcome.recall(1),
        "recall@5": outcome.recall(5),
        "sentence@1": outcome.sentence(1),
        "acceptable_answer": outcome.acceptable(),
        "complete_list": outcome.complete(),
        "exact_page": outcome.page,
        "answer": outcome.answer.text,
    }


def report_text(report: Report) -> str:
    """A report as aligned tables for a terminal; measures that apply to nothing are left out."""
    spoken = [name for name in report.groups if name in LANGUAGES]
    alone = spoken if len(spoken) == 1 else []  # it says what "overall" says
    names = [name for name in report.groups if name not in (*alone, *report.kinds)]
    table = [
        ["", *names],
        ["answerable", *(str(report.counts[name][0]) for name in names)],
        ["unanswerable", *(str(report.counts[name][1]) for name in names)],
    ]
    for measure in MEASURES:
        values = [report.groups[name][measure] for name in names]
        if any(value is not None for value in values):
            table.append([measure, *(_cell(measure, value) for value in values)])
    risks = [
        ["confidence", "answered", "of them wrong"],
        *(
            [f"≥ {r.threshold:g}", _cell("", r.coverage), _cell("", r.risk)]
            for r in report.coverage
        ),
    ]
    kinds = [
        ["kind", "questions", *_OF_KINDS],
        *(
            [
                kind,
                str(sum(report.counts[kind])),
                *(_cell(measure, report.groups[kind][measure]) for measure in _OF_KINDS),
            ]
            for kind in report.kinds
        ),
    ]
    head = f"{report.encoder}, build {report.index_build}"
    parts = [[head], _aligned(table), _aligned(kinds) if report.kinds else [], _aligned(risks)]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _cell(measure: str, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.0f}" if measure.endswith("_ms") else f"{value:.3f}"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
