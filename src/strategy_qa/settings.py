"""Settings: the only reader of configuration files and of the environment.

Precedence: an explicit argument, then `STRATEGY_QA_…` in the environment, then
`strategy-qa.toml`, then the default. An unknown key is an error. Nested keys are joined by two
underscores in the environment: `STRATEGY_QA_ENCODER__MODEL=/models/e5`.
"""

from __future__ import annotations

import os
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, IPvAnyNetwork, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from strategy_qa.errors import ConfigError

CONFIG_FILE = Path("strategy-qa.toml")
_PREFIX = "STRATEGY_QA_"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EncoderSettings(_Section):
    """Which model turns text into vectors."""

    model: str = "multilingual-e5-small"  # packaged name, folder, or hub name


class ChunkSettings(_Section):
    """How documents are cut; changing it rebuilds the index."""

    tokens: Annotated[int, Field(ge=16, le=4096)] = 300  # tiktoken tokens a chunk may hold


class SearchSettings(_Section):
    """How passages are found."""

    k: Annotated[int, Field(ge=1, le=1000)] = 10


class AnswerSettings(_Section):
    """How sentences are selected, and when the answer is silence."""

    sentences: Annotated[int, Field(ge=1, le=20)] = 5
    threshold: Annotated[float, Field(ge=0, le=1)] = 0.5  # confidence below it abstains


class IndexSettings(_Section):
    """What builds hold, and how many are kept."""

    keep_builds: Annotated[int, Field(ge=1, le=100)] = 3
    # Vectors of words: stored, made when a question is asked, or stored up to 100,000 chunks.
    words: Literal["auto", "stored", "asked"] = "auto"


class ApiSettings(_Section):
    """Who may use the HTTP API, and how much of it."""

    # Empty: everyone. STRATEGY_QA_API__KEYS='["…"]' keeps them out of files.
    keys: tuple[Annotated[SecretStr, Field(min_length=16)], ...] = ()
    per_minute: Annotated[int, Field(ge=1)] = 120  # requests of one client
    body: Annotated[int, Field(ge=1_024)] = 65_536  # bytes of one request
    waiting: Annotated[int, Field(ge=1, le=1_000)] = 64  # questions taken on at a time, of all
    waiting_each: Annotated[int, Field(ge=1, le=1_000)] = 16  # and of one client
    gather_ms: Annotated[float, Field(ge=0, le=1_000)] = 5  # for others to share a pass; 0: never


class FetchSettings(_Section):
    """How the sources of the catalogue are fetched; times in seconds."""

    contact: str = ""  # an address or a page of yours, told to every server
    at_once: Annotated[int, Field(ge=1, le=32)] = 4  # requests, one at a time per host
    pause: Annotated[float, Field(ge=0, le=3600)] = 1.0  # between two requests to one host
    timeout: Annotated[float, Field(gt=0, le=3600)] = 30.0  # without a byte
    total: Annotated[float, Field(gt=0, le=86400)] = 300.0  # for one document
    attempts: Annotated[int, Field(ge=1, le=10)] = 3
    backoff: Annotated[float, Field(ge=0, le=3600)] = 1.0  # before the second attempt, then doubled
    max_wait: Annotated[float, Field(ge=0, le=86400)] = 120.0  # that a server may ask for
    max_bytes: Annotated[int, Field(ge=1, le=300_000_000)] = 100_000_000  # of one document
    allow: tuple[str, ...] = ()  # hosts and networks to fetch from though they are not public
    archive: str = "https://archive.org/wayback/available"  # "" asks no archive for dead links
    ca_file: str = ""  # certificates to trust beside the usual ones


class ChatSettings(_Section):
    """Who may use the chat, and how much of it at once."""

    users: Path = Path("strategy-qa.users")  # names and hashes; where it exists, the chat is closed
    trusted_header: str = ""  # that names the user, set by a proxy in front
    trusted_proxies: tuple[IPvAnyNetwork, ...] = (
        IPv4Network("127.0.0.1/32"),
        IPv6Network("::1/128"),
    )
    per_minute: Annotated[int, Field(ge=0)] = 600  # questions and pictures of one; 0 for no limit
    at_once: Annotated[int, Field(ge=1, le=64)] = 2  # questions answered at the same time
    waiting: Annotated[int, Field(ge=0, le=10_000)] = 64  # questions in line behind them
    seconds: Annotated[float, Field(gt=0)] = 120.0  # in line and under way, then it is given up
    sessions: Annotated[int, Field(ge=1)] = 500  # conversations kept
    feedback: bool = True  # keep what readers say of an answer
    feedback_file: Path = Path("feedback.jsonl")


class Settings(BaseSettings):
    """Everything that can be configured, with its defaults."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True
    )

    corpus: Path = Path("corpus")
    index: Path = Path("index")
    encoder: EncoderSettings = EncoderSettings()
    chunk: ChunkSettings = ChunkSettings()
    search: SearchSettings = SearchSettings()
    answer: AnswerSettings = AnswerSettings()
    builds: IndexSettings = IndexSettings()
    api: ApiSettings = ApiSettings()
    chat: ChatSettings = ChatSettings()
    fetch: FetchSettings = FetchSettings()

    @classmethod
    def load(cls, config: Path | None = None, **overrides: Any) -> Settings:
        """Read the settings; `overrides` whose value is None are left to the other sources.

        Raises:
            ConfigError: a named file is missing, or a key or a value is wrong.
        """
        if config is not None and not config.is_file():
            raise ConfigError(config, "there is no such file", remedy="Check --config.")
        path = config or CONFIG_FILE
        _refuse_unknown_variables()
        given = {key: value for key, value in overrides.items() if value is not None}
        try:
            from_file = TomlConfigSettingsSource(cls, toml_file=path)()
            from_environment = EnvSettingsSource(cls)()
            return cls(**_merge(_merge(from_file, from_environment), given))
        except ValidationError as error:
            first = error.errors()[0]
            key = ".".join(str(part) for part in first["loc"])
            reason = first["msg"] if first["type"] != "extra_forbidden" else "unknown setting"
            remedy = f"Look at {path} and at {_PREFIX}{key.upper().replace('.', '__')}."
            raise ConfigError(key, reason, remedy=remedy) from error
        except (SettingsError, ValueError, OSError) as error:
            raise ConfigError(path, f"cannot be read ({error})", remedy="Mend the file.") from error


def _merge(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = under | over
    for key in under.keys() & over.keys():
        if isinstance(under[key], dict) and isinstance(over[key], dict):
            merged[key] = _merge(under[key], over[key])
    return merged


def _refuse_unknown_variables() -> None:
    """A misspelt variable would be passed over in silence: only known names are looked up."""
    for name in os.environ:
        if name.upper().startswith(_PREFIX):
            key = name[len(_PREFIX) :].lower().partition("__")[0]
            if key not in Settings.model_fields:
                raise ConfigError(name, "unknown setting", remedy="Unset it or mend its name.")
