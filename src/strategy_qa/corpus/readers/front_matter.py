"""Reads the YAML front matter of a Markdown file: bounded, plain values only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from strategy_qa.corpus.readers.plain import decode
from strategy_qa.errors import ReadError

_MAX_CHARS = 16_384
_MAX_DEPTH = 3
_FENCED = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_REMEDY = "Put plain `key: value` lines between two lines of ---"


def split_front_matter(text: str, *, subject: str) -> tuple[Mapping[str, object], str]:
    """The fields of the front matter, and the text after it.

    A text that merely starts with a rule has no front matter. Raises ReadError for YAML that
    cannot be read or is more than fields with plain values.
    """
    found = _FENCED.match(text[:_MAX_CHARS])
    if not found:
        return {}, text
    fields = _load(found[1], subject=subject)
    if fields is None:
        return {}, text
    return fields, text[found.end() :]


def front_matter_id(path: Path) -> str | None:
    """The `id` in the front matter of a Markdown file, from its first bytes; None without one.

    Raises ReadError where the file cannot be opened or its front matter cannot be read.
    """
    if path.suffix.lower() not in (".md", ".markdown"):
        return None
    try:
        with path.open("rb") as file:
            head = file.read(4 * _MAX_CHARS)
    except OSError as error:
        reason = f"cannot be opened ({error.strerror or type(error).__name__})"
        raise ReadError(path.name, reason, remedy="Check its name and its rights.") from error
    text, _warnings = decode(head, subject=path.name)
    fields, _rest = split_front_matter(text, subject=path.name)
    found = fields.get("id")
    return None if found is None else str(found)


def _load(text: str, *, subject: str) -> Mapping[str, object] | None:
    import yaml

    try:
        depth = 0
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            # An alias can unfold to gigabytes, deep nesting overflows the stack.
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if isinstance(event, yaml.AliasEvent) or depth > _MAX_DEPTH:
                raise ReadError(subject, "front matter may hold plain values only", remedy=_REMEDY)
        fields = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date such as 2020-02-31
        what = " ".join(str(error).split())[:120]
        raise ReadError(subject, f"front matter is not YAML ({what})", remedy=_REMEDY) from error
    if not isinstance(fields, dict):
        return None
    return {str(key): value for key, value in fields.items()}
