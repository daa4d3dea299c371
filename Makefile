# Everything here works with nothing activated, and does not touch another environment that is.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
unexport PYTHONHOME PYTHONPATH VIRTUAL_ENV PIP_USER PIP_TARGET PIP_PREFIX PIP_REQUIRE_VIRTUALENV

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.set-up
PYTEST_FLAGS ?= -n 2
# Every rule, and journeys that together take every step of the registry (tests/test_fast.py holds it).
JOURNEYS := \
	a_hazard_is_worked_off asking_above marks_on_papers papers_that_come_in a_later_death a_revoked_decision a_wrong_paper after_the_seal \
	an_accident_is_known_better an_urgent_hazard answering_a_notice answers_wait a_circular chain_as_data \
	excerpts_of_the_report handing_over_clues it_happened_again it_was_warned_of ordering_a_carrier \
	what_goes_through_somebody_else lead_and_cooperating lists_and_recusals milestones numbers_seals_service on_behalf one_dossier_was_two \
	facts_are_corrected nobody_signs_a_hollow_paper the_checklist_leads the_last_word one_notice_over_several_cases one_work_for_several_cases proofs_of_service summoning_a_unit \
	pictures_in_the_report two_accidents_are_one complete_before_closed a_volume_through_the_years units_change mediation_is_walled \
	a_hazard_is_reported true_figures the_register
ATTACK := tests/security $(addprefix tests/ui/web/test_,gate.py bodies.py markup.py every_screen.py second_factor.py notice_page.py) \
	tests/ui/cli/test_second_factor.py tests/ui/cli/test_who_acts.py tests/ui/cli/test_privacy.py tests/flows/test_scanner.py \
	tests/journeys/test_nobody_else_knows.py tests/journeys/test_mediation_is_walled.py tests/documents/archive/test_damages.py
FAST := tests/models tests/test_front_door.py tests/test_fast.py tests/test_mutants.py $(JOURNEYS:%=tests/journeys/test_%.py)

.PHONY: help setup run test test-fast test-long mutants coverage check attack sbom audit bench bench-web backtest faults demo docs render shots clean

help: ## say what can be done here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## build .venv with the shencha script and the test tools

# Trying it out is what `make run` is for: the demo accounts have a known password, which is good in demo mode only.
run: export SHENCHA_DEMO ?= true
run: $(STAMP) ## create the embedded database and start the whole system; Ctrl-C ends it
	@$(BIN)/shencha init
	@exec $(BIN)/shencha up

test: $(STAMP) ## run the tests (PYTEST_FLAGS="-n 0 -k words" for some of them)
	$(BIN)/python -m pytest $(PYTEST_FLAGS)

test-fast: $(STAMP) ## every rule and command on SQLite, in under two minutes
	$(BIN)/python -m pytest $(PYTEST_FLAGS) -k "not postgresql" $(FAST)

test-long: mutants coverage ## what proves scale and not rules, the planted mutants, the floor of coverage
	$(BIN)/python -m pytest $(PYTEST_FLAGS) -m long

mutants: $(STAMP) ## make one rule after the other wrong, in a copy, and see that the fast tests notice
	$(BIN)/python -m tests.mutants

coverage: $(STAMP) ## run the fast tests measured; fails below the floor in pyproject.toml
	$(BIN)/python -m coverage erase
	$(BIN)/python -m coverage run -m pytest -n 0 -k "not postgresql" $(FAST)
	$(BIN)/python -m coverage report

check: $(STAMP) ## style, complexity, types, rooms, dead code, migrations, dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture
	$(BIN)/python -m models.migrations.drift
	$(BIN)/python -m pip check

attack: $(STAMP) ## try to get past every wall: other people's things, requests, guesses, words (docs/security.md)
	$(BIN)/python -m pytest $(PYTEST_FLAGS) $(ATTACK)

sbom: $(STAMP) ## write a bill of materials (CycloneDX) from the lock to out/shencha.cdx.json
	$(BIN)/python -m tests.parts sbom out/shencha.cdx.json

audit: $(STAMP) ## hold the lock against advisories on this machine (AUDIT_DATA=folder with an export of OSV)
	@$(BIN)/python -m tests.parts audit "$(AUDIT_DATA)"

bench: $(STAMP) ## measure, side by side with the obvious ways
	$(BIN)/python -m tests.benchmarks

bench-web: $(STAMP) ## seed 100,000 cases and measure the pages; BENCH_WEB="--quick" for a glance
	$(BIN)/python -m tests.benchmarks.web $(BENCH_WEB)

backtest: $(STAMP) ## judge warnings on eleven real years and write the tables of docs/warnings.md
	$(BIN)/python -m tests.backtest

faults: $(STAMP) ## break everything at hundreds of points and see that all exists exactly once (three quarters of an hour)
	$(BIN)/python -m tests.faults

demo: $(STAMP) ## carry a sample dossier through its whole life into out/demo
	$(BIN)/shencha rehearse models/samples/ezhou-four-deaths.json --scenario silent --out out/demo

docs: $(STAMP) ## write the data dictionary and the other generated pages
	$(BIN)/python -m models.dictionary docs
	$(BIN)/python -m documents.templates.guide docs

render: $(STAMP) ## print every paper to PNG under out/render, to be looked at
	$(BIN)/python -m documents.gallery out/render

shots: $(STAMP) ## write a PNG of every screen for every role under shots/ (needs chromium)
	$(BIN)/python -m tests.browser.shots shots

clean: ## remove .venv and what tools leave behind; never var/, where the data is
	rm -rf $(VENV) build dist out *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The first interpreter that really runs, is new enough and can make environments; shims may exist and fail.
$(BIN)/python:
	@for python in python3.13 python3.12 python3.11 python3 python; do \
	  if "$$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "creating $(VENV) with $$("$$python" --version)"; \
	    "$$python" -m venv --clear $(VENV); \
	    exit 0; \
	  fi; \
	done; \
	echo "需要 Python 3.11 或更高版本（含 venv 模块；Debian 请安装 python3-venv）。" >&2; \
	exit 1

$(STAMP): requirements-dev.lock pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@
