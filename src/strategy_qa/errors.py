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
    ├── IndexMissingError      nothing has been built yet
    ├── IndexCorruptError      a file of the index is missing or altered
    ├── IndexMismatchError     the index was built with another encoder
    ├── IndexBusyError         another process is building
    └── GateError              a build falls short of the floors it was to hold

Each error keeps its `subject` (the file, setting, question or index it is about), the `reason`
and the `remedy` (what to do next); `str()` joins them into the one line a user sees.
"""

from __future__ import annotations


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
    """A document cannot be read; the rest of the corpus can."""


class UnsupportedFileError(ReadError):
    """No reader exists for this kind of file."""


class EncryptedFileError(ReadError):
    """The document asks for a password."""


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
