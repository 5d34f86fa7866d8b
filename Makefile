# Every target sets up .venv by itself. TORCH=cuda takes PyTorch's CUDA builds.
PYTHON ?= python3
TORCH ?= cpu
BIN := .venv/bin
PORT ?= 8888
COMPARISON := figures/comparison$(if $(QUICK),-quick)
IN_DOCKER = docker run --rm --user "$$(id -u):$$(id -g)" $(DOCKER_RUN) \
	--volume "$(CURDIR)/figures:/reproduction/figures" reproduce-all

ifeq ($(filter cpu cuda,$(TORCH)),)
$(error TORCH is cpu or cuda, not '$(TORCH)')
endif
# The locks name every package and its hashes: pip resolves nothing.
LOCKED := --no-deps --require-hashes
TORCH_LOCK := requirements-$(TORCH).lock

.PHONY: reproduce paper notebooks pages test arithmetic lint check bench compare docker lab wheels

reproduce: .venv/.installed
	$(BIN)/python -m reproduce all

paper: .venv/.installed
	$(BIN)/python -m reproduce all --preset paper

notebooks: .venv/.installed
	$(BIN)/python -m reproduce notebooks

# The pages in docs/pages: all notebooks with the paper's schedule, and the report.
pages: .venv/.installed
	$(BIN)/python -m reproduce notebooks --preset paper --output docs/pages
	rm docs/pages/*.ipynb
	$(BIN)/python -m reproduce report figures/paper --output docs/pages/report.html

check: .venv/.installed
	$(BIN)/python -m reproduce check figures/paper

bench: .venv/.installed
	$(BIN)/python -m benchmarks.speed
	$(BIN)/python -m benchmarks.growth
	$(BIN)/python -m benchmarks.screening
	$(BIN)/python -m benchmarks.sizes

# Against other methods, and what does the work: hours; QUICK=1, without the latter, is minutes.
# The same command goes on where it was.
# MNIST_FOLDER names a folder with the official files, for all ten digits.
compare: .venv/.compared
	$(BIN)/python -m benchmarks.selection.record --output $(COMPARISON) $(if $(QUICK),--quick)
	$(BIN)/python -m benchmarks.selection.comparison --output $(COMPARISON) $(if $(QUICK),--quick)
	$(BIN)/python -m reproduce comparison $(COMPARISON)
	$(if $(QUICK),,$(BIN)/python -m benchmarks.selection.ablation)
	$(if $(QUICK),,$(BIN)/python -m reproduce ablation)

test: lint
	$(BIN)/python -m pytest --numprocesses auto --durations 20

# The small reproduction with the rounding of another processor, other seeds, other workers.
arithmetic: .venv/.installed
	ATEN_CPU_CAPABILITY=default MKL_CBWR=COMPATIBLE \
		$(BIN)/python -m reproduce all --seeds 200-206 --workers 3 --output figures/arithmetic

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
	docker build --build-arg TORCH=$(TORCH) $(DOCKER_BUILD) --tag reproduce-all .
	$(IN_DOCKER)
	$(IN_DOCKER) check figures/quick

# For an offline build of the image: PYTHON and the machine must be like those of the image.
wheels:
	$(PYTHON) -m pip download --dest wheels $(LOCKED) --requirement $(TORCH_LOCK)
	$(PYTHON) -m pip download --dest wheels $(LOCKED) --requirement requirements.lock

.venv/.installed: $(TORCH_LOCK) requirements.lock requirements-lint.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version.split()[0])'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install $(LOCKED) --requirement $(TORCH_LOCK)
	$(BIN)/python -m pip install $(LOCKED) --requirement requirements.lock --requirement requirements-lint.lock
	$(BIN)/python -m pip install --no-deps --no-build-isolation --editable .
	touch $@

.venv/.compared: .venv/.installed requirements-compare.lock
	$(BIN)/python -m pip install $(LOCKED) --requirement requirements-compare.lock
	touch $@
