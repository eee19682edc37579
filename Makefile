PYTHON ?= python3
BIN := .venv/bin
export TF_CPP_MIN_LOG_LEVEL ?= 3

.PHONY: install demo test whole lint bench slow full results docs

install: .venv/installed

.venv/installed: setup.cfg pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --upgrade pip
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .[dev]
	touch $@

demo: install
	$(BIN)/ecgzoo reproduce --epochs 20 --jobs 2 --runs runs/demo

# A process per core with a thread each: with more threads than cores they hinder each other.
# One that is done takes over half of what another has left: a file that takes long ends no run late.
# A process that crashes ends the run: pytest-xdist would wait for its tests for ever.
test whole: export TF_NUM_INTRAOP_THREADS ?= 1
test whole: export TF_NUM_INTEROP_THREADS ?= 1
test whole: export OMP_NUM_THREADS ?= 1
PARALLEL := --numprocesses logical --maxprocesses 4 --dist worksteal --max-worker-restart 0

test: install
	$(BIN)/python -m pytest $(PARALLEL) -m "not whole and not slow and not full"

whole: install
	$(BIN)/python -m pytest $(PARALLEL) -m "whole and not slow and not full" tests

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

slow: install
	$(BIN)/python -m pytest -m slow

full: install
	$(BIN)/python -m pytest -m full

bench: install
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .[bench]
	$(BIN)/python benchmarks/scalogram.py --rounds 3 --rest 1
	$(BIN)/python benchmarks/pipeline.py --rounds 3 --rest 0.5
	$(BIN)/python benchmarks/training.py --rounds 3
	$(BIN)/python benchmarks/pages.py --rounds 3 --rest 1
	$(BIN)/python benchmarks/intervals.py --rounds 3

# The site, below build/site: warnings are errors, and every link in it is followed. GALLERY=0 does
# without the pictures: no example is run.
GALLERY ?= 1

docs: install
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .[docs]
	$(BIN)/python -m sphinx --fail-on-warning --quiet -D plot_gallery=$(GALLERY) -d build/doctrees docs build/site
	$(BIN)/python docs/check_site.py build/site

# Every figure of docs/results.md that trainings give, set by set: what is trained already is kept. The sets but ecg_images are prepared before (docs/datasets.md).
SETS ?= ecg_images,heart_sounds,ptb_xl,mit_bih,cinc2017

results: install
	$(BIN)/ecgzoo study --datasets $(SETS) --to docs/study --jobs 2
	$(BIN)/ecgzoo study --datasets ecg_images --protocol paper --to docs/study --jobs 2
	$(BIN)/python docs/measured.py
