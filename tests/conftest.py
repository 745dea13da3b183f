from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from strategy_qa.index.build import BuildReport, build_index
from strategy_qa.qa import StrategyQA
from strategy_qa.settings import Settings
from strategy_qa.testing import HashEncoder

JOBS = """\
---
id: jobs
edition: digest
publisher: Example Institute
title: Jobs and machines
year: 2018
language: en
---

# Jobs and machines

## Forecast

Automation could reach 9.8 million jobs in fifteen years. The estimate covers 19% of employment.

## By sector

Highest numbers of automatable jobs:

| Sub-sector | Jobs |
|---|---|
| Manufacturing | 2,809,944 |
| Construction | 1,750,676 |
| Agriculture | 942,705 |
"""
PLAN = """\
---
id: plan
publisher: Gobierno de Ejemplo
title: Plan nacional
year: 2020
language: es
kind: page
---

# Plan nacional

## Las acciones

El plan de inteligencia artificial propone cuatro acciones.

1. Crear una subcomisión de gobernanza.
2. Documentar los usos de la industria.
3. Consultar a la ciudadanía en línea.
4. Defender el liderazgo en foros internacionales.

## Consulta

En la consulta nacional participaron más de 1,500 personas de todo el país.
"""


@pytest.fixture
def encoder() -> HashEncoder:
    return HashEncoder()


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    documents = folder / "documents"
    documents.mkdir(parents=True)
    (documents / "jobs.md").write_text(JOBS, encoding="utf-8")
    (documents / "plan.md").write_text(PLAN, encoding="utf-8")
    return folder


@pytest.fixture
def build(corpus: Path, tmp_path: Path, encoder: HashEncoder) -> Callable[..., BuildReport]:
    def run(**options: object) -> BuildReport:
        given = {"encoder": encoder, "chunk_tokens": 200, **options}
        return build_index(corpus, tmp_path / "index", **given)  # type: ignore[arg-type]

    return run


@pytest.fixture
def settings(tmp_path: Path, corpus: Path) -> Settings:
    return Settings.load(corpus=corpus, index=tmp_path / "index")


@pytest.fixture
def qa(build: Callable[..., BuildReport], settings: Settings, encoder: HashEncoder) -> StrategyQA:
    build()
    return StrategyQA.open(settings=settings, encoder=encoder)
