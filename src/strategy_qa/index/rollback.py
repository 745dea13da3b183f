"""Make a build that was kept the live one again."""

from __future__ import annotations

from pathlib import Path

from strategy_qa.errors import ConfigError, IndexCorruptError
from strategy_qa.index import live_build
from strategy_qa.index.lock import writing
from strategy_qa.index.publish import builds_of, point_to
from strategy_qa.index.verify import verify_build


def roll_back(folder: Path, build: str | None = None) -> tuple[str, str]:
    """Publish a kept build, by default the one made before the live one; their names, old and new.

    Raises:
        IndexMissingError: nothing has been published there.
        ConfigError: there is no such build.
        IndexCorruptError: it does not verify; the live one stays.
        IndexBusyError: a build is running.
    """
    with writing(folder):
        live = live_build(folder)
        kept = builds_of(folder)
        names = [manifest.build for manifest in kept]
        at = names.index(live) if live in names else len(names)
        wanted = build or (names[at - 1] if at else "")
        if wanted not in names:
            others = ", ".join(name for name in names if name != live) or "none"
            reason = f"no build {build} is kept" if build else "no older build is kept"
            raise ConfigError(folder, reason, remedy=f"Kept beside the live one: {others}.")
        for problem in verify_build(folder / wanted).problems:
            raise IndexCorruptError(
                problem.subject, problem.reason, remedy="The live build stays what it was."
            )
        point_to(folder, wanted)
        return live, wanted
