"""Loads the network under an encoder: the packaged one in plain torch, or a SentenceTransformer."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from strategy_qa.bert import Bert
from strategy_qa.errors import ModelError
from strategy_qa.models import PACKAGED, is_prepared
from strategy_qa.pairs import Adapter

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer
    from torch import Tensor, device

_E5 = re.compile(r"(?:^|[-_/])e5(?:$|[-_/])", re.IGNORECASE)


class Network(Protocol):
    """Token ids into vectors."""

    device: device
    tokenizer: Tokenizer
    prompts: Mapping[str, str]  # by kind of text: query, passage or document
    max_tokens: int
    pad_id: int

    def __call__(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Vectors of tokens (b, t, d) and of texts (b, d), from ids and mask of shape (b, t)."""

    def finish(self, means: Tensor) -> Tensor:
        """What the network makes of a mean of token vectors, shape (n, d)."""


class Transformer:
    """Any SentenceTransformer that pools tokens and has a fast tokenizer.

    It takes the model over: calling the model elsewhere would change its tokenizer's state.

    Raises:
        ModelError: its vectors of sentences could not be pooled out of those of tokens.
    """

    def __init__(self, model: SentenceTransformer, *, name: str) -> None:
        modules = {type(module).__name__: module for module in model}
        pools_all = getattr(modules.get("Pooling"), "include_prompt", False)
        tokenizer: Any = getattr(model.tokenizer, "backend_tokenizer", None)
        if tokenizer is None or not pools_all:
            reason = "has no fast tokenizer, or does not pool over all tokens, prompt included"
            raise ModelError(name, reason, remedy="Set encoder.model to another model")
        self._model = model.eval()
        self._after_pooling = list(model)[list(modules).index("Pooling") + 1 :]
        self.device = model.device
        self.tokenizer: Tokenizer = tokenizer
        self.prompts: Mapping[str, str] = model.prompts
        self.pad_id = model.tokenizer.pad_token_id or 0
        positions = getattr(model[0].auto_model.config, "max_position_embeddings", None)
        self.max_tokens = min(int(n) for n in (model.max_seq_length, positions) if n)

    def __call__(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Vectors of tokens (b, t, d) and of texts (b, d), from ids and mask of shape (b, t)."""
        out = self._model({"input_ids": ids, "attention_mask": mask})
        return out["token_embeddings"], out["sentence_embedding"]

    def finish(self, means: Tensor) -> Tensor:
        """What the modules after the pooling make of a mean of token vectors."""
        features = {"sentence_embedding": means}
        for module in self._after_pooling:
            features = module(features)
        return features["sentence_embedding"]


def prompts_of(network: Network, name: str) -> tuple[str, str]:
    """Query and passage prompt: the model's own, else E5's for an E5 model, else none."""
    prompts = network.prompts
    query = prompts.get("query") or ""
    passage = prompts.get("passage") or prompts.get("document") or ""
    unknown = not query and not passage
    return ("query: ", "passage: ") if unknown and _E5.search(name) else (query, passage)


def adapted(network: Network, adapter: Adapter) -> Network:
    """A network some of whose layers are changed.

    Raises:
        ModelError: it is not the packaged one.
    """
    if not isinstance(network, Bert):
        raise ModelError("the network", "cannot be adapted", remedy="Set encoder.model to another")
    return network.adapted(adapter)


def load_network(
    source: Path | str, *, name: str, device: str | None = None, threads: int | None = None
) -> Network:
    """Load what `resolve_model` found, in float32, silently.

    A local folder is loaded without opening a socket.

    Args:
        source: a folder, or a name on the hub.
        name: as set in the configuration.
        device: as torch names it; the best there is when None.
        threads: torch's threads, for the whole process; torch's own choice when None.

    Raises:
        ModelError: the model cannot be loaded or used; pickled weights are always refused.
    """
    with _swift():
        import torch

        if threads:
            torch.set_num_threads(threads)
        try:
            if name == PACKAGED or is_prepared(source):
                return Bert(Path(source), device=device)
            return _load_transformer(source, name, device)
        except ModelError:
            raise
        except Exception as error:  # tokenizers, safetensors and torch raise what they like
            remedy = "Check encoder.model, or set it to the folder of a SentenceTransformer"
            raise ModelError(source, f"cannot be loaded ({error})", remedy=remedy) from error


def _load_transformer(source: Path | str, name: str, device: str | None) -> Transformer:
    import torch

    with _quiet():
        from sentence_transformers import SentenceTransformer

        model = SentenceTransformer(
            str(source),
            device=device,
            local_files_only=isinstance(source, Path),
            model_kwargs={"dtype": torch.float32, "use_safetensors": True},
        )
    return Transformer(model, name=name)


@contextmanager
def _swift() -> Iterator[None]:
    """Hold back garbage collection while a model loads.

    Imports and vocabulary make millions of objects that all stay: without pauses to look for
    garbage among them, import and load take 3.9 s instead of 5.6 s with sentence-transformers
    (two cores, files in memory).
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


@contextmanager
def _quiet() -> Iterator[None]:
    """Hold back transformers' progress bars."""
    from transformers.utils import logging

    bars = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if bars:
            logging.enable_progress_bar()
