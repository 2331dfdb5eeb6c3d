# Everything runs in .venv, which is made on first use and renewed when requirements.txt changes.
PYTHON ?= python3
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
READY := .venv/ready
ADDRESS ?= localhost:8000
export NO_MKDOCS_2_WARNING := 1

.PHONY: serve build test prove bench offline bless zensical clean

serve: $(READY) ## the site with live reload; ONLY=fr builds one language
	$(if $(ONLY),ONLY=$(ONLY) )$(BIN)/mkdocs serve --livereload --dev-addr $(ADDRESS)

build: $(READY) ## the site, strictly, into site/
	$(BIN)/mkdocs build --strict

test: $(READY) ## everything that must hold
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/basedpyright
	$(BIN)/python -m pytest

prove: $(READY) ## damage samples and pages, and expect the checks to name each damage
	$(BIN)/python -m tests.prove

bench: $(READY) ## times of the build beside the floor, into bench/: a quarter of an hour
	$(BIN)/python -m bench

offline: $(READY) ## the site as a zip that needs no server: nabla-offline.zip
	$(BIN)/nabla offline

bless: $(READY) ## rewrite stated results that changed, showing each difference
	$(BIN)/nabla bless

ZENSICAL := .cache/zensical/lib
zensical: $(ZENSICAL)/ready ## the English lessons by Zensical, into .cache/zensical/site
	$(BIN)/python -m tools.zensical_site

$(ZENSICAL)/ready: $(READY) tools/zensical.txt
	rm -rf $(ZENSICAL)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --target $(ZENSICAL) -r tools/zensical.txt
	touch $@

clean:
	rm -rf .venv site .cache

$(READY): requirements.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= tuple(sys.version_info)[:2] <= (3, 14) else "Nabla needs Python 3.11 to 3.14, and this is " + sys.version.split()[0] + "; run make PYTHON=python3.13, say")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(READY)
