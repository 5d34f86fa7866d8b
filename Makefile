# Every target sets up .venv by itself. TORCH=cpu takes PyTorch's CPU builds.
PYTHON ?= python3
BIN := .venv/bin
CPU_BUILDS := https://download.pytorch.org/whl/cpu

.PHONY: reproduce paper notebooks test lint check bench

reproduce: .venv/.installed
	$(BIN)/python -m reproduce all

paper: .venv/.installed
	$(BIN)/python -m reproduce all --preset paper

notebooks: .venv/.installed
	$(BIN)/python -m reproduce notebooks

check: .venv/.installed
	$(BIN)/python -m reproduce check figures/paper

bench: .venv/.installed
	$(BIN)/python -m benchmarks.speed
	$(BIN)/python -m benchmarks.growth

test: lint
	$(BIN)/python -m pytest

lint: .venv/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

.venv/.installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version.split()[0])'
	$(PYTHON) -m venv .venv
ifeq ($(TORCH),cpu)
	$(BIN)/python -m pip install --no-deps --extra-index-url $(CPU_BUILDS) $$(grep -E '^(torch|torchvision)==' requirements.lock)
endif
	$(BIN)/python -m pip install --requirement requirements.lock
	$(BIN)/python -m pip install --no-deps --no-build-isolation --editable .
	touch $@
