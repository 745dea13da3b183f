"""The packaged encoder's network in plain torch: a question needs nothing else to be encoded.

sentence-transformers and transformers, which run every other model, take four times as long to
import as the network takes to load; `tests/test_encode.py` holds that both give the same vectors.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from strategy_qa.pairs import Adapter

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from torch import Tensor


class Bert:
    """A BERT encoder (Devlin et al. 2019, https://arxiv.org/abs/1810.04805) that pools by the mean.

    It reads the folder that `e5s1.write_folder` writes. The weights stay in the file, mapped into
    memory: of 250,000 word vectors a question touches a few dozen.
    """

    def __init__(self, folder: Path, *, device: str | None = None) -> None:
        import torch
        from safetensors.torch import load_file
        from tokenizers import Tokenizer

        def read(name: str) -> Any:
            return json.loads((folder / name).read_text(encoding="utf-8"))

        config = read("config.json")
        self.device = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
        self.tokenizer: Tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.prompts: Mapping[str, str] = read("config_sentence_transformers.json")["prompts"]
        self.max_tokens = int(config["max_position_embeddings"])
        self.pad_id = int(config["pad_token_id"])
        self._heads = int(config["num_attention_heads"])
        self._epsilon = float(config["layer_norm_eps"])
        self._layers = range(int(config["num_hidden_layers"]))
        self._weights = load_file(folder / "model.safetensors", device=str(self.device))

    def __call__(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Vectors of tokens (b, t, d) and of texts (b, d), from ids and mask of shape (b, t)."""
        hidden = self._norm("embeddings", self._embed(ids))
        # Without padding attention needs no mask, and is faster.
        seen = None if bool(mask.all()) else mask.bool()[:, None, None, :]
        for layer in self._layers:
            hidden = self._layer(f"encoder.layer.{layer}", hidden, seen)
        weights = mask[:, :, None].to(hidden.dtype)
        pooled = (hidden * weights).sum(1) / weights.sum(1).clamp(min=1e-9)
        return hidden, self.finish(pooled)

    def adapted(self, adapter: Adapter) -> Bert:
        """This network, some of its matrices changed; all others are shared."""
        from torch import from_numpy

        changed = {
            f"encoder.layer.{name}.weight": from_numpy(out @ into).to(self.device)
            for name, (into, out) in adapter.changes.items()
        }
        other = copy(self)
        other._weights = dict(self._weights) | {
            name: self._weights[name] + change for name, change in changed.items()
        }
        return other

    def matrices(self, layer: int) -> dict[str, tuple[int, int]]:
        """The shapes (out, in) of a layer's matrices, by what an adapter calls them."""
        start, end = "encoder.layer.", ".weight"
        return {
            name.removeprefix(start).removesuffix(end): (weight.shape[0], weight.shape[1])
            for name, weight in self._weights.items()
            if name.startswith(f"{start}{layer}.") and weight.ndim == 2
        }

    def finish(self, means: Tensor) -> Tensor:
        """What becomes of a mean of token vectors: length 1."""
        from torch.nn.functional import normalize

        return normalize(means, dim=-1)

    def _embed(self, ids: Tensor) -> Tensor:
        word, position, kind = (
            self._weights[f"embeddings.{name}_embeddings.weight"]
            for name in ("word", "position", "token_type")
        )
        return word[ids] + kind[0] + position[: ids.shape[1]]

    def _layer(self, at: str, hidden: Tensor, seen: Tensor | None) -> Tensor:
        from torch.nn.functional import gelu, scaled_dot_product_attention

        batch, tokens, width = hidden.shape
        query, key, value = (
            self._linear(f"{at}.attention.self.{name}", hidden)
            .view(batch, tokens, self._heads, -1)
            .transpose(1, 2)
            for name in ("query", "key", "value")
        )
        met = scaled_dot_product_attention(query, key, value, attn_mask=seen)
        met = met.transpose(1, 2).reshape(batch, tokens, width)
        met = self._linear(f"{at}.attention.output.dense", met)
        hidden = self._norm(f"{at}.attention.output", hidden + met)
        inner = gelu(self._linear(f"{at}.intermediate.dense", hidden))
        return self._norm(f"{at}.output", hidden + self._linear(f"{at}.output.dense", inner))

    def _linear(self, at: str, hidden: Tensor) -> Tensor:
        from torch.nn.functional import linear

        return linear(hidden, self._weights[f"{at}.weight"], self._weights[f"{at}.bias"])

    def _norm(self, at: str, hidden: Tensor) -> Tensor:
        from torch.nn.functional import layer_norm

        weight, bias = (self._weights[f"{at}.LayerNorm.{end}"] for end in ("weight", "bias"))
        return layer_norm(hidden, weight.shape, weight, bias, self._epsilon)
