"""An audit as Markdown, as CSV, and for a terminal."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence

from strategy_qa.audit import AuditRow, Verdict

COLUMNS = ("claim", "section", "source", "url", "link", "held", "verdict", "missing", "score",
           "passage", "place")  # fmt: skip
_CHARS = 500  # of a passage in a table


def audit_markdown(rows: Sequence[AuditRow]) -> str:
    """The rows as a Markdown table."""
    head = [f"| {' | '.join(COLUMNS)} |", "|" + "---|" * len(COLUMNS)]
    body = [f"| {' | '.join(map(_cell, _values(row)))} |" for row in rows]
    return "\n".join([*head, *body])


def audit_csv(rows: Sequence[AuditRow]) -> str:
    """The rows as CSV; a cell that a spreadsheet would take for a formula begins with a quote."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        cells = _values(row)
        writer.writerow(f"'{c}" if c[:1] in tuple("=+-@\t\r") else c for c in cells)
    return out.getvalue()


def audit_text(rows: Sequence[AuditRow]) -> str:
    """The rows for a terminal, a few lines each."""
    return "\n".join(_lines(row) for row in rows)


def audit_counts(rows: Sequence[AuditRow]) -> str:
    """How many claims have which verdict, in one line."""
    counts = Counter(row.verdict for row in rows)
    said = ", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict if counts[verdict])
    return f"{len(rows)} claims" + (f": {said}" if said else "")


def _lines(row: AuditRow) -> str:
    score = "" if row.score is None else f" ({row.score:.2f})"
    lacks = f", without {row.missing}" if row.missing else ""
    lines = [f"{row.source}: {row.link}, held: {row.held}", f"  claim: {row.claim}",
             f"  {row.verdict}{lacks}{score}"]  # fmt: skip
    if row.passage:
        lines.append(f"  “{_shortened(row.passage)}”" + (f" ({row.place})" if row.place else ""))
    return "\n".join(lines)


def _values(row: AuditRow) -> tuple[str, ...]:
    score = "" if row.score is None else f"{row.score:.2f}"
    return (row.claim, row.section, row.source, row.url, row.link, row.held, str(row.verdict),
            row.missing, score, _shortened(row.passage), row.place)  # fmt: skip


def _shortened(passage: str) -> str:
    flat = " ".join(passage.split())
    return flat if len(flat) <= _CHARS else flat[:_CHARS].rsplit(maxsplit=1)[0] + " …"


def _cell(text: str) -> str:
    return re.sub(r"([\\|`*_\[\]<>])", r"\\\1", " ".join(text.split()))
