"""What a corpus holds of each source of its catalogue, told without reading the documents."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from strategy_qa.corpus import CATALOGUE, DOCUMENTS
from strategy_qa.corpus.files import entries
from strategy_qa.corpus.provenance import Record, read_provenance, record_dict
from strategy_qa.corpus.readers.front_matter import split_front_matter
from strategy_qa.corpus.sources import CatalogueEntry, read_catalogue
from strategy_qa.errors import ReadError

_MARKDOWN = (".md", ".markdown")


@dataclass(frozen=True, slots=True)
class Holding:
    """What is held of a source."""

    entry: CatalogueEntry
    edition: str  # original, restated, digest, or "" for nothing
    fetched: Record | None  # what brought the original, where it was fetched
    last: Record | None  # the last attempt to fetch it

    @property
    def what(self) -> str:
        """In words."""
        if self.fetched and self.fetched.archived:
            return f"archived copy of {self.fetched.archived}"
        if self.fetched:
            return f"original of {self.fetched.day}"
        return self.edition or "nothing"

    @property
    def trouble(self) -> str:
        """Why the last attempt to fetch it brought nothing, or nothing of its own address."""
        if self.last is None or not self.last.reason:
            return ""
        return f"{self.last.state} on {self.last.day}: {self.last.reason}"


@dataclass(frozen=True, slots=True)
class Holdings:
    """Of every source, in the catalogue's order."""

    held: tuple[Holding, ...]
    doubts: tuple[str, ...] = ()


def holdings(corpus: Path) -> Holdings:
    """Look up what is held; CorpusError where the catalogue cannot be used."""
    provenance = read_provenance(corpus)
    local = _local(corpus / DOCUMENTS)
    found = []
    for id_, entry in read_catalogue(corpus / CATALOGUE).items():
        fetched = next(iter(provenance.held(id_)), None)
        own = local.get(id_, "")
        edition = "original" if fetched else own
        record = None if own == "original" else fetched
        found.append(Holding(entry, edition, record, provenance.last(id_)))
    torn = provenance.damaged
    doubts = (f"{torn} damaged lines of fetched.jsonl are passed over",) if torn else ()
    return Holdings(tuple(found), doubts)


def holding_dict(holding: Holding) -> dict[str, Any]:
    """A holding as a JSON object."""
    fields = asdict(holding.entry.source)
    for name in ("retrieved", "archived", "fetched_from", "edition"):
        fields.pop(name)
    return {
        **fields,
        "section": holding.entry.section,
        "page": holding.entry.page,
        "held": holding.edition or None,
        "retrieved": holding.fetched.day if holding.fetched else None,
        "archived": (holding.fetched.archived or None) if holding.fetched else None,
        "last": record_dict(holding.last) if holding.last else None,
    }


def _local(folder: Path) -> dict[str, str]:
    """The edition of what lies in documents/, by id."""
    found: dict[str, str] = {}
    for path in sorted(entries(folder)) if folder.is_dir() else ():
        id_, edition = path.stem, "original"
        if path.suffix.lower() in _MARKDOWN:
            try:
                head = path.read_bytes()[:20_000].decode("utf-8", "replace")
                fields, _ = split_front_matter(head.replace("\r\n", "\n"), subject=path.name)
            except (ReadError, OSError):
                continue  # the build says what is wrong with it
            id_, edition = str(fields.get("id") or id_), str(fields.get("edition") or edition)
        if found.get(id_) != "original":
            found[id_] = edition
    return found
