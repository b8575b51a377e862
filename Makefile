# Thin on purpose: what a target does stands in ./run, ./test and tools/.
.DEFAULT_GOAL := help
.PHONY: help lint fix types bench messages docs lock
BIN := .venv/bin
LOCK := $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options

help:  ## this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

lint:  ## style and import contracts
	$(BIN)/ruff check .
	$(BIN)/lint-imports

fix:  ## let ruff repair what it can
	$(BIN)/ruff check --fix .

types:  ## mypy, strict
	$(BIN)/mypy

bench:  ## measure (bench/README.md); results with the machine's description go to bench/results/
	$(BIN)/python -m bench

messages:  ## add new screen texts to the catalogue, check that it is complete, compile it
	$(BIN)/python -m tools.messages update

docs:  ## follow the guide in a browser, take its pictures anew, check links, variables and glossary
	mkdir -p docs/guia/imagens
	MALHA_PICTURES=$(CURDIR)/docs/guia/imagens $(BIN)/python -m pytest -q tests/browser/test_seed_article.py tests/browser/test_first_setup.py tests/browser/test_guide.py tests/browser/test_guide_money.py
	$(BIN)/python -m tools.pictures docs/guia/imagens docs/images
	$(BIN)/python -m pytest -q tests/architecture/test_docs.py

lock:  ## write requirements.lock and requirements-dev.lock anew from the .in files
	$(LOCK) -o requirements.lock requirements.in
	$(LOCK) -o requirements-dev.lock requirements-dev.in
