"""What a build changes: documents added, changed and removed against the build before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from strategy_qa.types import Document, Notice


@dataclass(frozen=True, slots=True)
class Plan:
    """Documents by id, and the files that are left out; empty where nothing changes."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()  # in text, layout, source or warnings
    removed: tuple[str, ...] = ()
    left_out: tuple[Notice, ...] = ()  # superseded, copies, or not to be read

    @property
    def is_empty(self) -> bool:
        """Whether the same documents stay."""
        return not (self.added or self.changed or self.removed)


def compare(
    old: Mapping[str, Document], new: Sequence[Document], left_out: Sequence[Notice] = ()
) -> Plan:
    """What leads from the documents of one build to those of another."""
    found = {document.id: document for document in new}
    return Plan(
        added=tuple(sorted(found.keys() - old.keys())),
        changed=tuple(sorted(d for d in found.keys() & old.keys() if found[d] != old[d])),
        removed=tuple(sorted(old.keys() - found.keys())),
        left_out=tuple(left_out),
    )
