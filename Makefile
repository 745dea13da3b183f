# The README's two commands, and the half they share.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TORCH := torch==2.13.0

.PHONY: chat test install bench lint types help

help:
	@echo "make chat     install, build the index where there is none, serve the chat"
	@echo "make test     install, then ruff, mypy and pytest"
	@echo "make bench    measure beside LangChain and txtai, installed into benchmarks/.venv"
	@echo "make install  install only: $(BIN)/strategy-qa then works"

chat: install
	@$(BIN)/strategy-qa chat

test: $(VENV)/.test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pytest

install: $(VENV)/.install

bench: install benchmarks/.venv/.install
	$(BIN)/python benchmarks/run.py

benchmarks/.venv/.install: benchmarks/requirements.txt constraints.txt
	$(PYTHON) -m venv benchmarks/.venv
	benchmarks/.venv/bin/pip install --quiet --constraint constraints.txt $(TORCH)
	benchmarks/.venv/bin/pip install --quiet --constraint constraints.txt --requirement benchmarks/requirements.txt
	@touch $@

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "strategy_qa needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)

# torch goes first and alone: another package asking for it could bring a build with CUDA.
$(VENV)/.install: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/pip install --quiet --constraint constraints.txt $(TORCH)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.install
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[test]'
	@touch $@
