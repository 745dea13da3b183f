"""A gate before publishing: a build that falls short on gold questions does not go live."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from strategy_qa.encode import Encoder
from strategy_qa.errors import GateError
from strategy_qa.evaluate.asking import measure
from strategy_qa.evaluate.gold import Gold
from strategy_qa.evaluate.limits import Limit
from strategy_qa.evaluate.report import report_on
from strategy_qa.index import Index
from strategy_qa.qa import StrategyQA
from strategy_qa.settings import Settings


def gate(
    rows: Sequence[Gold], limits: Sequence[Limit], *, encoder: Encoder, settings: Settings
) -> Callable[[Index], None]:
    """What `build_index` takes as `accept`: it raises GateError where a limit is missed."""

    def accept(index: Index) -> None:
        report = report_on(list(measure(StrategyQA(index, encoder, settings=settings), rows)))
        missed = [line for limit in limits if (line := limit.missed_by(report))]
        if missed:
            raise GateError(
                "the new build",
                f"is not published: {'; '.join(missed)}",
                remedy="The old index stays; `strategy-qa evaluate --details` shows the questions.",
            )

    return accept
