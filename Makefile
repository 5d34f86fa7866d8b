# Every target sets up .venv by itself. TORCH=cpu takes PyTorch's CPU builds.
PYTHON ?= python3
BIN := .venv/bin
CPU_BUILDS := https://download.pytorch.org/whl/cpu
PORT ?= 8888
IN_DOCKER = docker run --rm $(DOCKER_RUN) --volume "$(CURDIR)/figures:/reproduction/figures" reproduce-all

.PHONY: reproduce paper notebooks test arithmetic lint check bench docker lab wheels

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

# The small reproduction with the rounding of another processor, other seeds, other workers.
arithmetic: .venv/.installed
	ATEN_CPU_CAPABILITY=default MKL_CBWR=COMPATIBLE \
		$(BIN)/python -m reproduce all --seeds 100-109 --workers 3 --output figures/arithmetic

lint: .venv/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lab: .venv/.installed
	@$(BIN)/python -c 'import socket; socket.create_server(("127.0.0.1", $(PORT)))' 2>/dev/null \
		|| { echo "Port $(PORT) is taken: choose another with make lab PORT=8889." >&2; exit 2; }
	$(BIN)/jupyter-lab --port=$(PORT) --ServerApp.port_retries=0 --allow-root notebooks

# DOCKER_BUILD and DOCKER_RUN take further options, such as DOCKER_RUN='--gpus all'.
docker:
	@docker info >/dev/null 2>&1 \
		|| { echo "No Docker engine answers: install Docker, start it, and see 'docker info'." >&2; exit 2; }
	docker build --build-arg TORCH=$(or $(TORCH),cpu) $(DOCKER_BUILD) --tag reproduce-all .
	$(IN_DOCKER)
	$(IN_DOCKER) check figures/quick

# For an offline build of the image: PYTHON and the machine must be like those of the image.
wheels:
	$(PYTHON) -m pip download --dest wheels --requirement requirements.lock \
		$(if $(filter cuda,$(TORCH)),,--extra-index-url $(CPU_BUILDS))

.venv/.installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version.split()[0])'
	$(PYTHON) -m venv .venv
ifeq ($(TORCH),cpu)
	$(BIN)/python -m pip install --no-deps --extra-index-url $(CPU_BUILDS) $$(grep -E '^(torch|torchvision)==' requirements.lock)
endif
	$(BIN)/python -m pip install --requirement requirements.lock
	$(BIN)/python -m pip install --no-deps --no-build-isolation --editable .
	touch $@
