from __future__ import annotations

from pathlib import Path

import pytest

from strategy_qa.errors import ConfigError
from strategy_qa.settings import Settings


def test_precedence_is_argument_environment_file_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "c.toml"
    file.write_text('index = "from-file"\ncorpus = "from-file"\n[search]\nk = 3\n')
    monkeypatch.setenv("STRATEGY_QA_CORPUS", "from-env")
    settings = Settings.load(file, index="from-flag")
    assert settings.index == Path("from-flag")
    assert settings.corpus == Path("from-env")
    assert settings.search.k == 3
    assert settings.chunk.tokens == Settings().chunk.tokens


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[search]\nkk = 3\n", "search.kk: unknown setting"),
        ("nonsense = 1\n", "nonsense: unknown setting"),
        ("[search]\nk = 0\n", "search.k"),
        ("[search\n", "cannot be read"),
    ],
)
def test_a_wrong_file_is_one_line(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "c.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        Settings.load(file)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_variable_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRATEGY_QA_SERCH__K", "3")
    with pytest.raises(ConfigError, match="STRATEGY_QA_SERCH__K"):
        Settings.load()


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        Settings.load(tmp_path / "absent.toml")
