# Run the targets one by one: `make dev`, then `make lint test`.

BIN := .venv/bin

.PHONY: dev lint test accept docs schemas sarif cdk bench

dev: ## an environment with everything that development needs
	python3 -m venv .venv
	$(BIN)/pip install -q -e '.[dev]'

lint: ## style, types, and the direction of imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/generate.py --check
	$(BIN)/python scripts/models.py --check
	$(BIN)/python scripts/schemas.py --check
	$(BIN)/python scripts/resource_types.py --check

test: ## all tests
	$(BIN)/python -m pytest

accept: ## take the present output as the expected one
	$(BIN)/python -m pytest --accept

docs: ## docs/rules.md, the rule index and docs/models.md
	$(BIN)/python scripts/generate.py
	$(BIN)/python scripts/models.py

schemas: ## the table of CloudFormation's schemas, from the cfn-lint that is installed
	$(BIN)/python scripts/schemas.py
	$(BIN)/python scripts/resource_types.py

sarif: ## both SARIF profiles of the shipped stacks, checked with Microsoft's multitool
	npm install --prefix .ci --no-package-lock --no-audit --no-fund
	scripts/check_sarif.sh

cdk: ## the apps in fixtures/cdk, synthesized anew (node, npm and their registry)
	scripts/cdk.sh

bench: ## whole-process times as ratios
	$(BIN)/python benchmarks/run.py
