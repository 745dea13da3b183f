"""Every error this library raises on purpose.

    StrategyQAError
    ├── ConfigError            a setting or an option is wrong
    ├── QuestionError          a question that cannot be asked
    ├── MissingExtraError      an optional package is not installed
    ├── ModelError             the encoder's weights are missing or damaged
    ├── CorpusError            the corpus folder or its catalogue cannot be used
    ├── ReadError              a document cannot be read
    │   ├── UnsupportedFileError
    │   └── EncryptedFileError
    ├── FetchError             an address cannot be had, and what that says of it
    ├── IndexMissingError      nothing has been built yet
    ├── IndexCorruptError      a file of the index is missing or altered
    ├── IndexMismatchError     the index was built with another encoder
    ├── IndexBusyError         another process is building
    └── GateError              a build falls short of the floors it was to hold

Each error keeps its `subject` (the file, setting, question or index it is about), the `reason`
and the `remedy` (what to do next); `str()` joins them into the one line a user sees.
"""

from __future__ import annotations

from enum import StrEnum


class StrategyQAError(Exception):
    """Root of the tree; `str()` is one line: subject, reason, remedy."""

    def __init__(self, subject: object, reason: str, *, remedy: str = "") -> None:
        self.subject = str(subject)
        self.reason = reason
        self.remedy = remedy
        super().__init__(self.subject, reason, remedy)

    def __str__(self) -> str:
        """The line shown to users."""
        line = f"{self.subject}: {self.reason}" if self.subject else self.reason
        line = " ".join(line.split())
        return f"{line}. {self.remedy}" if self.remedy else line


class ConfigError(StrategyQAError):
    """A setting, an environment variable or an option has a value that cannot be used."""


class QuestionError(StrategyQAError):
    """A question is empty or too long."""


class MissingExtraError(StrategyQAError):
    """An optional package is needed and not installed; the remedy is its install line."""


class ModelError(StrategyQAError):
    """The encoder's weights are missing, damaged or not the ones expected."""


class CorpusError(StrategyQAError):
    """The corpus folder is missing or empty, or its catalogue cannot be used."""


class ReadError(StrategyQAError):
    """A document cannot be read; the rest of the corpus can.

    `passing` tells that the machine may be to blame, not the file: its memory, its disk or its
    load. Another try may go well then.
    """

    def __init__(
        self, subject: object, reason: str, *, remedy: str = "", passing: bool = False
    ) -> None:
        super().__init__(subject, reason, remedy=remedy)
        self.passing = passing


class UnsupportedFileError(ReadError):
    """No reader exists for this kind of file."""


class EncryptedFileError(ReadError):
    """The document asks for a password."""


class LinkState(StrEnum):
    """What became of asking for an address."""

    ALIVE = "alive"
    MOVED = "moved"  # for good, to another address
    CHANGED = "changed"  # since it was fetched
    ARCHIVED = "archived"  # dead, but the archive holds a copy
    DEAD = "dead"  # 404, 410, no such host, a bad certificate, a page that says "not found"
    UNREACHABLE = "unreachable"  # now: a time-out, an error of the server, too many requests
    REFUSED = "refused"  # it is there, but not for us: 401, 403, a page that asks to sign in
    ROBOTS = "robots"  # its robots.txt forbids it
    UNSAFE = "unsafe"  # it leads to a private address, or to no web address
    UNUSABLE = "unusable"  # it answers with what no reader can read


class FetchError(StrategyQAError):
    """An address did not give its document; `state` says what that tells of it."""

    def __init__(
        self,
        subject: object,
        reason: str,
        *,
        remedy: str = "",
        state: LinkState = LinkState.UNREACHABLE,
        wait: float | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(subject, reason, remedy=remedy)
        self.state = state
        self.wait = wait  # seconds after which asking again makes sense; None: it makes none
        self.status = status  # that the server answered with


class IndexMissingError(StrategyQAError):
    """There is no published index at this place."""


class IndexCorruptError(StrategyQAError):
    """A file of the index is missing, altered or unreadable."""


class IndexMismatchError(StrategyQAError):
    """The index was built with another encoder than the one configured."""


class IndexBusyError(StrategyQAError):
    """Another process is building this index."""


class GateError(StrategyQAError):
    """A new build does not hold the floors asked of it; the old one stays live."""
