# On Record: `make demo` shows it at work, `make test` tests all of it. Both install what they need.
.DEFAULT_GOAL := help
.PHONY: help demo test test-long check serve bench lock clean

PYTHON := python3
VENV := .venv
# Without compiled modules every command starts seconds later, and the tests start hundreds.
unexport PYTHONDONTWRITEBYTECODE
READY := $(VENV)/ready

help:
	@echo "make demo       a made-up company in five languages: imported, searched, printed, verified"
	@echo "make serve      the pages of the archive in ./onrecord-data, on http://127.0.0.1:8000"
	@echo "make test       check, and every test that takes seconds"
	@echo "make test-long  the tests that take minutes"
	@echo "make check      format, lint, types, imports"
	@echo "make bench      the measured figures, as ratios"

$(READY): requirements.lock pyproject.toml .ci/system-packages
	@.ci/system-packages
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY)
	@.ci/demo

serve: $(READY)
	$(VENV)/bin/onrecord serve

check: $(READY)
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy audit api tests
	$(VENV)/bin/lint-imports

test: $(READY)
	@.ci/system-packages test
	$(MAKE) check
	ONRECORD_REQUIRE_POSTGRES=1 ONRECORD_REQUIRE_CHROMIUM=1 $(VENV)/bin/pytest -m "not long" -n 2 --dist loadfile

test-long: $(READY)
	@.ci/system-packages test
	ONRECORD_REQUIRE_POSTGRES=1 ONRECORD_REQUIRE_CHROMIUM=1 $(VENV)/bin/pytest -m long -n 2 --dist load

bench: $(READY)
	@.ci/system-packages test
	$(VENV)/bin/python -m tests.benchmarks

# Resolves the dependencies of pyproject.toml anew; needs `uv` on the path.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --extra dev --generate-hashes --no-annotate \
	    --no-emit-index-url --no-emit-find-links --no-header --output-file requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) demo build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
