# make demo CLIP=clip.mp4   install what a device needs and read the lips in a clip
# make test                 install everything and pass the checks and tests
# make setup                install everything: reading, training, conversion, tests

PYTHON ?= python3
VENV ?= .venv

bin := $(VENV)/bin
metadata := setup.cfg pyproject.toml

.PHONY: setup demo test

setup: $(VENV)/everything.stamp

demo: $(VENV)/device.stamp
	@test -n "$(CLIP)" || { echo "Which video? make demo CLIP=path/to/clip.mp4 (README.md says where to get one)"; exit 2; }
	@$(bin)/edge-lip run --source "$(CLIP)"

test: $(VENV)/everything.stamp
	$(bin)/ruff check .
	$(bin)/ruff format --check .
	$(bin)/mypy
	$(bin)/python -m pytest

$(bin)/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
		{ echo "edge-lip needs Python 3.11 to 3.13: make PYTHON=/path/to/python3.12 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -f $@; exit 1; }  # half made: try again next time

$(VENV)/device.stamp: $(metadata) | $(bin)/python
	$(bin)/python -m pip install --disable-pip-version-check --editable .
	@touch $@

$(VENV)/everything.stamp: $(metadata) | $(bin)/python
	$(bin)/python -m pip install --disable-pip-version-check --editable '.[train,dev]'
	@touch $@ $(VENV)/device.stamp
