# Every command of the project. A bare Debian 12 needs python3 with venv, make and git; the rest is set up here.
# Nothing is done twice: each step leaves a stamp named by the hash of what it was made from.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PORT ?= 8000
K ?=
ARGS ?=
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PYTHONUNBUFFERED = 1

VENV := .venv
PYTHON := $(VENV)/bin/python
hash = $(shell cat $(1) | sha256sum | cut -c1-16)
RUNTIME := $(VENV)/stamp-$(call hash,requirements.txt)
DEVELOPMENT := $(VENV)/stamp-dev-$(call hash,requirements.txt requirements-dev.txt)
ASSETS := static/vendor/.stamp-$(call hash,package-lock.json scripts/assets.sh)
MINING := .venv-mining/stamp-$(call hash,requirements-mining.txt)
CATALOGUE := locale/zh_Hans/LC_MESSAGES/django.mo

.PHONY: help setup develop run packages test test-sqlite test-postgres check fix messages bench simulate lock screenshots clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(RUNTIME) $(ASSETS) $(CATALOGUE) ## Make .venv, fetch the assets, compile the translations, bring the database up to date
	@scripts/database.sh

develop: $(DEVELOPMENT) $(MINING) $(ASSETS) $(CATALOGUE) ## Make what the tests and the linters need; they bring their own database

run: setup ## Load the demo county once and serve it: make run PORT=8000
	@exec scripts/run.sh $(PORT)

packages: ## Install the Debian packages of the tests (as root), or say what is missing
	@scripts/packages.sh

test: packages develop ## Run every test on SQLite and on PostgreSQL: make test K=wind ARGS=-x
	@$(PYTHON) scripts/test.py sqlite postgres --keyword "$(K)" -- $(ARGS)

test-sqlite: packages develop ## The same on SQLite only
	@$(PYTHON) scripts/test.py sqlite --keyword "$(K)" -- $(ARGS)

test-postgres: packages develop ## The same on PostgreSQL only
	@$(PYTHON) scripts/test.py postgres --keyword "$(K)" -- $(ARGS)

check: develop ## Lint everything
	@scripts/check.sh

fix: develop ## Format and repair what a tool can
	@$(VENV)/bin/ruff format --quiet .
	@$(VENV)/bin/ruff check --fix .

messages: develop ## List the texts that have no Chinese yet
	@$(PYTHON) scripts/messages.py missing

bench: packages develop ## Run the benchmarks on a PostgreSQL that writes to disk
	@$(PYTHON) scripts/test.py bench --keyword "$(K)" -- $(ARGS)

simulate: packages develop ## Walk random flows for long
	@$(PYTHON) scripts/test.py simulation --keyword "$(K)" -- $(ARGS)

lock: develop ## Pin all packages anew, with hashes: make lock ARGS=--upgrade
	@scripts/lock.sh $(ARGS)

screenshots: packages develop ## Take the pictures of README and docs anew: make screenshots ARGS="inbox step"
	@$(PYTHON) scripts/screenshots.py $(ARGS)

clean: ## Remove what was built; the data in var/ stays
	rm -rf $(VENV) .venv-node .venv-mining .venv-mining.lock node_modules static/vendor locale/zh_Hans var/static var/stamps

$(RUNTIME):
	@scripts/venv.sh $(VENV) requirements.txt
	@rm -f $(VENV)/stamp-* && touch $@

$(DEVELOPMENT): $(RUNTIME)
	@scripts/venv.sh $(VENV) requirements-dev.txt
	@rm -f $(VENV)/stamp-dev-* && touch $@

$(MINING): $(DEVELOPMENT)
	@scripts/mining.sh

$(ASSETS):
	@scripts/assets.sh
	@touch $@

$(CATALOGUE): $(RUNTIME) scripts/messages.py $(wildcard locale/parts/*.po)
	@$(PYTHON) scripts/messages.py compile
