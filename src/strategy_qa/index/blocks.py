"""Arrays in files too large to be hashed whenever they are opened: checked as they are read.

Beside such a file lies another with the SHA-256 of each of its blocks. Whatever is read of the
array, the blocks it lies in are held against theirs first, every time, so that neither a program
nor a disk can change what comes out. The file of hashes is small, and hashed at every opening.
"""

from __future__ import annotations

import mmap
from collections.abc import Collection
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strategy_qa.errors import IndexCorruptError

# Hashing it takes some 20 ms of one core; larger ones cost a question less than one ms.
HASHED_UP_TO = 32_000_000  # bytes of a file
BLOCK = 1 << 14  # bytes
_SUM = 32  # bytes of a SHA-256


def sums_of(name: str) -> str:
    """The name of the file with the hashes of an array's blocks."""
    return name.removesuffix(".npy") + ".sums"


def in_blocks(files: Collection[str]) -> frozenset[str]:
    """The files of a build that are checked block by block."""
    return frozenset(name for name in files if name.endswith(".npy") and sums_of(name) in files)


def write_sums(path: Path) -> None:
    """Write the hashes of an array's blocks beside it, where it is large."""
    if path.stat().st_size <= HASHED_UP_TO:
        return
    with path.open("rb") as file, path.with_name(sums_of(path.name)).open("wb") as sums:
        while block := file.read(BLOCK):
            sums.write(sha256(block).digest())


def open_array(path: Path) -> NDArray[Any] | BlockArray:
    """Map an array from its file; one that has hashes of its blocks is checked when it is read."""
    sums = path.with_name(sums_of(path.name))
    array = np.load(path, mmap_mode="r", allow_pickle=False)
    return BlockArray(path, array, sums.read_bytes()) if sums.exists() else array


class BlockArray:
    """An array whose rows can be read by slices; IndexCorruptError where they are not as written.

    As `mmap_mode` gives it, with the hashes of the blocks of its file one after the other.
    """

    def __init__(self, path: Path, array: NDArray[Any], sums: bytes) -> None:
        self._path = path
        self._array = array
        self._sums = sums
        self._row = array.strides[0]  # bytes
        with path.open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._start = len(self._bytes) - array.nbytes  # behind the header
        if len(sums) != -(-len(self._bytes) // BLOCK) * _SUM:
            raise self._altered()
        self._check(0, self._start)
        self._check(len(self._bytes) - 1, len(self._bytes))

    def __len__(self) -> int:
        return len(self._array)

    def __getitem__(self, rows: slice) -> NDArray[Any]:
        first, last, _ = rows.indices(len(self._array))
        if first < last:
            self._check(self._start + first * self._row, self._start + last * self._row)
        return self._array[first:last]

    def _check(self, first: int, last: int) -> None:
        with memoryview(self._bytes) as view:
            for block in range(first // BLOCK, -(-last // BLOCK)):
                at = block * BLOCK
                told = self._sums[block * _SUM : (block + 1) * _SUM]
                if sha256(view[at : at + BLOCK]).digest() != told:
                    raise self._altered()

    def _altered(self) -> IndexCorruptError:
        return IndexCorruptError(
            self._path,
            "was altered since it was built",
            remedy="Run `strategy-qa verify --repair`, or `strategy-qa build --full`.",
        )
