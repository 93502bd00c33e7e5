# The whole command surface of the house. `make` alone prints it.
.DEFAULT_GOAL := help
PORT ?= 8000
PYTHON ?= python3.11
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help install demo dev test check zones docs format clean bench-rivals faults
help: ## 列出命令 · list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

.venv/ready: requirements.lock requirements-dev.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "需要 Python 3.11:apt-get install python3 python3-venv"; exit 1; }
	@echo "1/3 建立环境 · environment …"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet "uv~=0.13"
	@$(BIN)/uv pip install --quiet --system-certs --python $(BIN)/python --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --system-certs --python $(BIN)/python --no-deps --editable .
	@touch $@

.PHONY: assets
assets: .venv/ready
	@echo "2/3 页面资源 · page assets …"
	@$(BIN)/python tools/build_assets.py
	@echo "3/3 英文界面 · English texts …"
	@$(BIN)/python tools/texts.py compile

install: assets ## 建立 .venv 并构建页面资源 · environment with jingkai and page assets

demo: install ## 打开演示经开区(PORT=8000)· serve the demo zone
	@$(BIN)/jingkai demo --port $(PORT)

.venv/ready-dev: .venv/ready requirements-dev.lock
	@echo "测试依赖 · what tests need …"
	@$(BIN)/uv pip install --quiet --system-certs --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@touch $@

dev: install .venv/ready-dev ## 开发环境与提交钩子 · development environment and hooks
	@$(BIN)/pre-commit install --install-hooks >/dev/null 2>&1 || true

test: install .venv/ready-dev ## 装好测试所需并跑全部测试 · everything tests need, then all tests
	@$(BIN)/python tools/browser.py
	@$(BIN)/python tools/test.py

check: install .venv/ready-dev ## 代码检查 · ruff, mypy, import contracts, Django checks, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m django check --settings jingkai.config.settings
	$(BIN)/python -m django makemigrations --check --dry-run --settings jingkai.config.settings

faults: install .venv/ready-dev ## 长时间的故障试验，两种数据库(RACES=10000 KILLS=200)· two officers at once, a killed house, clocks, at full length on both databases
	@RACES=$${RACES:-10000} KILLS=$${KILLS:-200} PLANS=$${PLANS:-500} $(BIN)/python tools/test.py tests/faults tests/reports/test_round_trip.py
	@$(BIN)/python -m pytest -q tests/kernel/test_deadlines.py

zones: install ## 检查每个定义和它的例子 · every definition and its examples
	@$(BIN)/jingkai check zones.changde

docs: install ## 生成参考文档 · generated reference
	@$(BIN)/python tools/reference.py

format: install .venv/ready-dev ## 排版 · format
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

bench-rivals: install ## 性能对照的独立环境 · one environment per benchmark rival
	@for list in benchmarks/rivals/*.txt; do \
		env=benchmarks/rivals/.venv/$$(basename $$list .txt); echo "$$env …"; \
		test -x $$env/bin/python || $(PYTHON) -m venv $$env || exit 1; \
		$(BIN)/uv pip install --quiet --system-certs --python $$env/bin/python -r $$list || exit 1; \
	done

clean: ## 删除环境与构建结果 · remove environment and build results
	rm -rf .venv node_modules src/jingkai/web/static/built
