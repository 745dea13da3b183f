"""A short run of `fuzz_readers.py`."""

from pathlib import Path

import pytest

from fuzz_readers import KINDS, fuzz


@pytest.mark.parametrize("kind", KINDS)
def test_no_mutant_gets_through_the_readers(tmp_path: Path, kind: str) -> None:
    figures = fuzz(kind, count=40, seed=3, folder=tmp_path, seconds=20)
    assert figures.outcomes.total() == 40
    assert set(figures.outcomes) <= {"documents", "clear errors"}
    assert figures.outcomes["documents"]
    assert figures.restarts == 0
