"""What an index folder holds and what a build did, as values, JSON and text."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from strategy_qa.index import Index
from strategy_qa.index.build import BuildReport
from strategy_qa.index.plan import Plan
from strategy_qa.index.shelf import KeptBuild, shelf
from strategy_qa.index.verify import Verification
from strategy_qa.languages import spoken
from strategy_qa.types import Notice, Source


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """What is being answered from, and what lies on the disk beside it."""

    build: str
    created: datetime
    age_seconds: int  # 0 where the clock was set back since
    encoder: str
    documents: int
    chunks: int
    sentences: int
    editions: dict[str, int]  # documents of each, those that there are
    search: str  # "exact", or the kind of approximate search
    recall: float  # of that search at 10 against the exact one
    words: str  # whether vectors of words are "stored" or made when "asked"
    sources: tuple[Source, ...]
    failures: tuple[Notice, ...]  # files left out
    warnings: tuple[Notice, ...]  # of documents that are in
    builds: tuple[KeptBuild, ...]  # newest first, the live one among them
    bytes: int  # of the index folder
    free_bytes: int  # on its disk


def read_status(folder: Path) -> IndexStatus:
    """Describe the live build of an index folder; errors as in `Index.open`."""
    return status_of(Index.open(folder))


def status_of(index: Index) -> IndexStatus:
    """Describe an open index."""
    manifest, store, disk = index.manifest, index.store, shelf(index.folder.parent)
    sources = store.sources()
    return IndexStatus(
        build=manifest.build,
        created=manifest.created,
        age_seconds=max(0, int((datetime.now(UTC) - manifest.created).total_seconds())),
        encoder=manifest.encoder,
        documents=manifest.documents,
        chunks=manifest.chunks,
        sentences=manifest.sentences,
        editions=dict(sorted(Counter(str(source.edition) for source in sources).items())),
        search=manifest.dense.kind,
        recall=manifest.dense.recall,
        words="stored" if manifest.words else "asked",
        sources=sources,
        failures=manifest.failures,
        warnings=store.warnings(),
        builds=disk.builds,
        bytes=disk.bytes,
        free_bytes=disk.free,
    )


def status_dict(status: IndexStatus) -> dict[str, Any]:
    """The status as a JSON object."""
    fields = asdict(status)
    fields["created"] = status.created.isoformat()
    for build in fields["builds"]:
        build["created"] = build["created"].isoformat()
    return fields


def status_text(status: IndexStatus) -> str:
    """The status for a terminal."""
    search = status.search
    if search != "exact":
        search = f"{search}, which finds {status.recall:.1%} of the exact ten best"
    editions = ", ".join(f"{count} {edition}" for edition, count in status.editions.items())
    lines = [
        f"build     {status.build}, made {status.created:%Y-%m-%d %H:%M} UTC"
        f" ({_age(status.age_seconds)} ago)",
        f"encoder   {status.encoder}",
        f"holds     {status.documents} documents ({editions}), {status.chunks} chunks,"
        f" {status.sentences} sentences",
        f"search    {search}; vectors of words are {_WORDS[status.words]}",
        f"disk      {_size(status.bytes)} in all builds, {_size(status.free_bytes)} free",
        *(
            f"{'live' if each.build == status.build else 'kept':<10}{each.build},"
            f" {each.documents} documents, {each.chunks} chunks, {_size(each.bytes)}"
            for each in status.builds
        ),
        "",
    ]
    width = max(len(source.id) for source in status.sources)
    lines += [
        f"{source.id:<{width}}  {source.edition:<8}  {_got(source):<22}  "
        f"{spoken(source.language):<7}  {source.year or '    '}  {source.title}"
        for source in status.sources
    ]
    if status.failures:
        lines += ["", "left out:", *(f"  {f.subject}: {f.reason}" for f in status.failures)]
    if status.warnings:
        lines += ["", "warnings:", *(f"  {w.subject}: {w.reason}" for w in status.warnings)]
    return "\n".join(lines)


_WORDS = {"stored": "stored", "asked": "made when a question is asked"}


def _age(seconds: int) -> str:
    for name, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            count = seconds // length
            return f"{count} {name}{'s' if count > 1 else ''}"
    return "less than a minute"


def _size(count: int) -> str:
    """Bytes in a unit a reader takes in."""
    for unit, size in (("GB", 10**9), ("MB", 10**6)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count / 1000:.0f} kB"


def _got(source: Source) -> str:
    """When an original was fetched, or from when the archive's copy of it is."""
    if source.archived:
        return f"copy of {source.archived}"
    return f"retrieved {source.retrieved}" if source.retrieved else ""


def report_dict(report: BuildReport) -> dict[str, Any]:
    """What a build did, as a JSON object."""
    manifest = report.manifest
    return {
        "build": manifest.build,
        "published": report.published,
        "added": report.plan.added,
        "changed": report.plan.changed,
        "removed": report.plan.removed,
        "documents": manifest.documents,
        "chunks": manifest.chunks,
        "sentences": manifest.sentences,
        "encoded": report.encoded,
        "reused": report.reused,
        "failures": [asdict(failure) for failure in manifest.failures],
        "warnings": [asdict(warning) for warning in report.warnings],
        "seconds": {stage: round(value, 3) for stage, value in report.seconds.items()},
    }


def report_text(report: BuildReport) -> str:
    """What a build did, for a terminal: a line for every doubt, then the counts."""
    manifest = report.manifest
    lines = [f"warning: {w.subject}: {w.reason}" for w in report.warnings]
    if not report.published:  # else the plan named them
        lines += [f"left out  {f.subject}: {f.reason}" for f in manifest.failures]
    did = "published" if report.published else "unchanged:"
    lines.append(
        f"{did} {manifest.build}: {manifest.documents} documents, {len(manifest.failures)} files"
        f" left out, {manifest.chunks} chunks ({report.encoded} encoded, {report.reused} reused)"
    )
    return "\n".join(lines)


def plan_dict(plan: Plan) -> dict[str, Any]:
    """What a build changes, as a JSON object."""
    return asdict(plan)


def plan_text(plan: Plan, *, what: str = "plan") -> str:
    """What a build changes, for a terminal: a line for each document, then the counts."""
    groups = (("added", plan.added), ("changed", plan.changed), ("removed", plan.removed))
    lines = [f"{did:<8}  {document}" for did, documents in groups for document in documents]
    lines += [f"left out  {f.subject}: {f.reason}" for f in plan.left_out]
    counts = ", ".join(f"{len(documents)} {did}" for did, documents in groups)
    return "\n".join([*lines, f"{what}: {counts}, {len(plan.left_out)} files left out"])


def verification_dict(found: Verification) -> dict[str, Any]:
    """What was checked of a build, as a JSON object."""
    return {"ok": not found.problems, **asdict(found)}


def verification_text(found: Verification) -> str:
    """What was checked of a build, for a terminal: a line for every problem, then the build's."""
    lines = [f"{p.subject}: {p.reason}" for p in found.problems]
    held = "is damaged" if found.problems else "holds"
    lines.append(f"{found.build} {held}: checked {', '.join(found.checked)}")
    return "\n".join(lines)
