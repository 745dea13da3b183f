"""Reads the YAML front matter of a Markdown file: bounded, plain values only."""

from __future__ import annotations

import re
from collections.abc import Mapping

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


def _load(text: str, *, subject: str) -> Mapping[str, object] | None:
    import yaml

    try:
        depth = 0
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            # An alias can unfold to gigabytes, deep nesting overflows the stack.
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            # A tag such as !!int runs code that trusts its text.
            tagged = getattr(event, "tag", None) is not None
            if isinstance(event, yaml.AliasEvent) or tagged or depth > _MAX_DEPTH:
                raise ReadError(subject, "front matter may hold plain values only", remedy=_REMEDY)
        fields = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # ValueError: a date such as 2020-02-31; OverflowError: a figure of a thousand digits.
        what = " ".join(str(error).split())[:120]
        raise ReadError(subject, f"front matter is not YAML ({what})", remedy=_REMEDY) from error
    if not isinstance(fields, dict):
        return None
    return {str(key): value for key, value in fields.items()}
