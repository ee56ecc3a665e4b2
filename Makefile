# Two commands: `make demo` and `make test`. Both set up what they need; the second time they start at once.
.DEFAULT_GOAL := help
# Empty is off: our own modules would else be compiled at every start.
export PYTHONDONTWRITEBYTECODE :=
RUN := .venv/bin/kanalarkiv

.PHONY: help demo test check bench slow lock clean

help:  ## what there is
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/'

SET_UP := pyproject.toml scripts/system-deps scripts/python-env scripts/browser

# One stamp per lock: the development environment contains the ordinary one.
.venv/.installed-requirements.lock: requirements.lock $(SET_UP)
	@scripts/system-deps
	@[ .venv/.installed-requirements-dev.lock -nt requirements.lock ] && [ .venv/.installed-requirements-dev.lock -nt pyproject.toml ] || scripts/python-env requirements.lock
	@scripts/browser
	@touch $@

.venv/.installed-requirements-dev.lock: requirements-dev.lock $(SET_UP)
	@scripts/system-deps for-tests
	@scripts/python-env requirements-dev.lock
	@scripts/browser
	@touch $@

# What comes from npm, for the tests and the bench only. Order only: a new Python lock does not install it anew.
.venv/node-tools/.installed: tests/software/package-lock.json scripts/node-tools | .venv/.installed-requirements-dev.lock
	@scripts/node-tools

# Programs that ours are measured against, apart from ours because their dependencies clash.
.venv/bench-peers/.installed: tests/bench/requirements-peers.lock scripts/bench-peers scripts/system-deps | .venv/.installed-requirements-dev.lock
	@scripts/system-deps for-bench
	@scripts/bench-peers

demo: .venv/.installed-requirements.lock  ## document the sample channel, from the living page to the e-archive
	@$(RUN) demo

test: check .venv/node-tools/.installed  ## everything that must pass before a change lands
	@.venv/bin/python -m pytest -m "not slow" -n 2 --dist loadfile

slow: .venv/.installed-requirements-dev.lock .venv/node-tools/.installed  ## the tests that take minutes
	@.venv/bin/python -m pytest -m slow

check: .venv/.installed-requirements-dev.lock  ## format, lint, types, import contracts, dead code, dependencies
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-cache
	@.venv/bin/vulture
	@.venv/bin/deptry .

bench: .venv/.installed-requirements-dev.lock .venv/node-tools/.installed .venv/bench-peers/.installed  ## ratios against a peer or a limit, in one run (QUICK=1: the short form)
	@.venv/bin/python -m tests.bench $(if $(QUICK),--quick)

lock: .venv/.installed-requirements-dev.lock  ## resolve the dependencies anew
	@uv=$$(command -v uv || echo .venv/bin/uv); \
	 $$uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 --upgrade \
	     pyproject.toml --group build -o requirements.lock && \
	 $$uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 --upgrade \
	     pyproject.toml --group build --group dev -o requirements-dev.lock

clean:  ## remove what the commands made here
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache kanalarkiv-demo
