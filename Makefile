# `make demo` and `make test` need only Python 3.11+ and make; both set themselves up in .venv.
PYTHON ?= python3
STACK ?= scalepayments-staging
STACKS := scalepayments-prod nova-prod tap-production serverless-prod cicd-prod
BIN := .venv/bin
# The longest tests wait for servers and processes a third of their time: one worker more than cores.
WORKERS = $(shell $(PYTHON) -c 'import os; print(1 + (os.cpu_count() or 1))')

# An environment that forbids bytecode caches would make every process compile its imports anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo demo-all test lint docs dist sbom mutate mutate-live bench clean
.DEFAULT_GOAL := demo

.venv/.ready: requirements.lock pyproject.toml
	@$(PYTHON) tools/bootstrap.py
	@touch $@

demo: .venv/.ready
	@$(BIN)/stackproof demo --stack $(STACK)

# Every reference system in turn, in its largest environment.
demo-all: .venv/.ready
	@for stack in $(STACKS); do $(BIN)/stackproof demo --stack $$stack || exit; done

test: .venv/.ready lint
	@$(BIN)/pytest -n $(WORKERS) --dist loadfile tests/integration
	@$(BIN)/pytest -n auto tests/unit --ignore tests/unit/infra
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest -n auto --dist loadscope tests/unit/infra infra/services
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report --fail-under=85 --skip-covered
	@$(BIN)/coverage report --fail-under=100 --format=total --include='infra/blueprints/*,infra/components/*'

lint: .venv/.ready
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

# The documentation's site, into site/: open site/index.html, no server is needed.
docs: .venv/.ready
	@$(BIN)/python -m tools.site.build

# What is published: an sdist and a wheel, the same ones, byte for byte, for one commit.
dist: .venv/.ready
	@tools/ci/dist.sh

# What users install with it, as CycloneDX.
sbom: .venv/.ready
	@$(BIN)/python tools/sbom.py

# Changes of stackproof's own code, chosen by a seed: nine of ten must turn a unit test red.
mutate: .venv/.ready
	@$(BIN)/python -m tools.mutate $(MUTATE)

# Every mutation of every deployed stack: each must turn a scenario red that claims its line. And
# stacks of other legal settings, every two of them in every way: green, until a setting is wrong.
mutate-live: .venv/.ready
	@$(BIN)/python -m tests.mutations
	@$(BIN)/python -m tests.variations

bench: .venv/.ready
	@$(BIN)/python -m benchmarks

clean:
	rm -rf .venv reports site dist infra/.packed flat-outputs.json cfn-outputs
