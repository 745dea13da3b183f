"""An encoder that is known by its name and fingerprint, and loaded when it has to encode.

A build in which nothing changed needs no more than the fingerprint.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from strategy_qa.encode import Encoder, Passage, PassageVectors, SentenceEncoder
from strategy_qa.models import fingerprint, resolve_model
from strategy_qa.pairs import Adapter, PairVectors


class DeferredEncoder:
    """The encoder `SentenceEncoder.load` would give, loaded at its first use."""

    def __init__(
        self, name: str, *, cache: Path | None = None, progress: Callable[[str], None] | None = None
    ) -> None:
        """Find the model; arguments and errors as in `SentenceEncoder.load`."""
        self.name = name
        self._cache = cache
        self._lock = threading.Lock()
        self._loaded: Encoder | None = None
        source = resolve_model(name, cache=cache, progress=progress)
        # What a hub holds under a name is known only after loading it.
        self.fingerprint = (
            fingerprint(source) if isinstance(source, Path) else self._encoder.fingerprint
        )

    @property
    def is_loaded(self) -> bool:
        """Whether it had to encode yet."""
        return self._loaded is not None

    @property
    def dimension(self) -> int:
        """Length of every vector."""
        return self._encoder.dimension

    @property
    def max_tokens(self) -> int:
        """The longest passage it reads, counted as `count_tokens` does."""
        return self._encoder.max_tokens

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text as a passage, with its prompt and special tokens."""
        return self._encoder.count_tokens(texts)

    def encode_passages(
        self, passages: Iterable[Passage], *, batch_size: int = 8
    ) -> Iterator[PassageVectors]:
        """Unit vectors of passages and of their sentences, in the order given."""
        return self._encoder.encode_passages(passages, batch_size=batch_size)

    def encode_pair(self, question: str, passage: str, adapter: Adapter) -> PairVectors:
        """The tokens of both in one pass of the adapted network."""
        return self._encoder.encode_pair(question, passage, adapter)

    @property
    def _encoder(self) -> Encoder:
        with self._lock:
            if self._loaded is None:
                self._loaded = SentenceEncoder.load(self.name, cache=self._cache)
            return self._loaded
