"""Filters as SQL over the documents `d` of a store."""

from __future__ import annotations

from collections.abc import Sequence

from strategy_qa.types import Filters


def conditions(filters: Filters) -> tuple[str, list[str | int]]:
    """A WHERE clause and the values of its placeholders; a chunk's language is not among it."""
    parts, values = ["1"], list[str | int]()

    def any_of(expression: str, wanted: Sequence[str]) -> None:
        if wanted:
            parts.append("(" + " OR ".join([expression] * len(wanted)) + ")")
            values.extend(wanted)

    any_of("d.id = ?", sorted(filters.documents))
    any_of("d.kind = ?", sorted(filters.kinds))
    any_of("instr(d.publisher, ?) > 0", sorted(p.casefold() for p in filters.publishers))
    any_of("json_extract(d.source, '$.edition') = ?", sorted(filters.editions))
    first, last = filters.years
    if first is not None:
        parts.append("d.year >= ?")
        values.append(first)
    if last is not None:
        parts.append("d.year <= ?")
        values.append(last)
    return " AND ".join(parts), values
