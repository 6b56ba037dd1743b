# What people and CI run; `make` alone lists it.
#
# Only Python and make must be there. Tools come from the hashed lock files in local/locks/ into
# .tools/, one environment each, because sam, ministack and checkov all pin a boto3 of their own.
# Stamps are written last: an environment that was interrupted is made again.

PYTHON ?= python3
ENVIRONMENTS := dev sam ministack bqemulator checkov runtime
# The first need the processor alone, the others an embedded AWS with the whole stack.
WITHOUT_STACK := tests/promises tests/promises_of_gates tests/promises_of_exports tests/contract tests/local tests/unit tests/aws tests/handlers tests/simulated tests/walking
ON_STACK := tests/e2e
# Each process has an embedded AWS of its own.
IN_PARALLEL := --numprocesses=auto --maxprocesses=4 --dist=loadfile
# In the order given, where xdist would begin with the files of many tests: those of few are the long ones.
IN_ORDER := --no-loadscope-reorder

BIN := .tools/dev/bin
UV := .tools/uv/bin/uv
COMPILE = $(UV) pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
	--python-version 3.11 $(UPGRADE)
READY = $(patsubst %,.tools/%/.ready,$(1))
ON_AWS := $(call READY,dev sam ministack bqemulator runtime)

# The tools would otherwise call out: for another Python, with telemetry, for news of a version.
export UV_PYTHON_DOWNLOADS := never
export SAM_CLI_TELEMETRY := 0
export CKV_SKIP_PACKAGE_UPDATE_CHECK := true

.PHONY: help setup demo test lint coverage unit e2e mutants up down bench lock schema heatmap clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

setup: $(call READY,$(ENVIRONMENTS)) ## Install every tool into .tools/

demo: $(ON_AWS) ## Play the scenes on a stack deployed to the embedded AWS
	@$(BIN)/python -m local.demo

test: setup lint ## Check everything, then run every test
	@echo "==> test: pytest $(WITHOUT_STACK)"
	@$(BIN)/pytest $(WITHOUT_STACK) $(IN_PARALLEL) $(IN_ORDER)
	@echo "==> test: pytest $(ON_STACK)"
	@$(BIN)/pytest $(ON_STACK) $(IN_PARALLEL)

lint: $(call READY,dev sam checkov) ## Check code, types and template
	@echo "==> lint: ruff check"
	@$(BIN)/ruff check --quiet
	@echo "==> lint: ruff format"
	@$(BIN)/ruff format --check --quiet
	@echo "==> lint: mypy"
	@$(BIN)/mypy --strict --no-error-summary src
	@echo "==> lint: cfn-lint"
	@$(BIN)/cfn-lint template.yaml
	@echo "==> lint: sam validate"
	@.tools/sam/bin/sam validate --lint --region ap-northeast-1
	@echo "==> lint: checkov"
	@.tools/checkov/bin/checkov --config-file .checkov.yaml

coverage: $(call READY,dev bqemulator) ## Show which lines of src no test in memory reaches
	@$(BIN)/pytest $(filter-out tests/contract tests/local,$(WITHOUT_STACK)) $(IN_PARALLEL) $(IN_ORDER) --cov

unit: $(call READY,dev) ## Run the unit tests
	@$(BIN)/pytest tests/unit

e2e: $(ON_AWS) ## Run the tests on a stack deployed to the embedded AWS
	@$(BIN)/pytest $(ON_STACK) $(IN_PARALLEL)

mutants: $(call READY,dev) ## Put calls into a wrong order, and see the tests of the promises fail
	@$(BIN)/python -m tests.mutants

up: $(ON_AWS) ## Start the embedded AWS with the stack, and leave it running
	@$(BIN)/python -m local.up up

down: $(call READY,dev) ## Stop what `make up` started
	@$(BIN)/python -m local.up down

bench: $(ON_AWS) ## Measure beside the naive way
	@$(BIN)/python -m bench

lock: $(call READY,uv) ## Lock what pyproject.toml asks for (at its newest: UPGRADE=--upgrade)
	@$(COMPILE) pyproject.toml --output-file src/requirements.txt
	@$(COMPILE) --group bigquery --constraint src/requirements.txt \
		--output-file layers/bigquery/requirements.txt
	@$(COMPILE) pyproject.toml --group dev --constraint src/requirements.txt \
		--constraint layers/bigquery/requirements.txt --output-file local/locks/dev.txt
	@for name in uv $(filter-out dev,$(ENVIRONMENTS)); do \
		$(COMPILE) --group $$name --output-file local/locks/$$name.txt || exit; \
	done

schema: $(call READY,dev) ## Write what editors know of pipelines.toml and exports.toml
	@PYTHONPATH=src $(BIN)/python -m local.schemas

heatmap: $(call READY,dev) ## Draw what an audit of the exports answered: AUDIT=audit.json
	@PYTHONPATH=src $(BIN)/python -m local.heat_map '$(AUDIT)'

clean: ## Remove the tools, the build output and the caches
	rm -rf .tools .aws-sam .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# SAM CLI knows the Lambda runtimes of these versions and builds with the one that is here.
SUPPORTED = import sys; (3, 11) <= sys.version_info < (3, 15) or sys.exit( \
	"Stepkeeper needs Python 3.11 to 3.14, and $(PYTHON) is %d.%d. Try: make PYTHON=python3.13" \
	% sys.version_info[:2])

.tools/uv/.ready: local/locks/uv.txt
	@$(PYTHON) -c '$(SUPPORTED)'
	@echo "==> tools: uv"
	@$(PYTHON) -m venv --clear .tools/uv
	@.tools/uv/bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: \
		--require-hashes --requirement $<
	@touch $@

.tools/%/.ready: local/locks/%.txt | .tools/uv/.ready
	@echo "==> tools: $* ($$(grep -c == $<) packages)"
	@$(UV) venv --quiet --clear --python .tools/uv/bin/python .tools/$*
	@$(UV) pip sync --quiet --require-hashes --python .tools/$*/bin/python $<
	@touch $@
