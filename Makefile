# make demo                 install what a device needs and read the lips of a rendered talker
# make demo CLIP=clip.mp4   ... of the person in a video
# make test                 install everything and pass the checks and tests
# make test-reference       compare the mouth crops with MediaPipe's own (in .venv-reference)
# make test-wheels          install the wheel for every Python there is and read a sentence
# make test-arm CLIP=clip.mp4   read a clip on emulated ARM processors (Linux, as root)
# make test-machine         a real camera driver and systemd in an emulated machine (Linux, as root)
# make test-machine-small   one text there, the plug pulled; if test-machine has made it before
# make test-home-assistant  a real Home Assistant hears what is said (in .venv-home-assistant)
# make docs                 build the documentation site into site/
# make setup                install everything: reading, training, conversion, tests

PYTHON ?= python3
VENV ?= .venv
ROOTS ?= /var/tmp/edge-lip-arm
MACHINE ?= /var/tmp/edge-lip-machine

bin := $(VENV)/bin
reference := .venv-reference
home := .venv-home-assistant
metadata := setup.cfg pyproject.toml

.PHONY: setup demo test test-wheels test-arm test-machine test-machine-small docs setup-reference \
	test-reference test-home-assistant

setup: $(VENV)/everything.stamp

demo: $(VENV)/device.stamp
	@$(bin)/edge-lip $(if $(CLIP),run --source "$(CLIP)",demo)

test: $(VENV)/everything.stamp
	$(bin)/ruff check .
	$(bin)/ruff format --check .
	$(bin)/mypy
	$(bin)/python -m pytest -n auto --dist loadfile

test-wheels: $(bin)/python
	PYTHONPATH=tests $(bin)/python -m machines.wheels

test-arm: $(VENV)/device.stamp
	PYTHONPATH=tests $(bin)/python -m machines.arm "$(ROOTS)" --camera-module $(if $(CLIP),--clip "$(CLIP)")

test-machine: $(VENV)/device.stamp
	PYTHONPATH=tests $(bin)/python -m machines.guest "$(MACHINE)"

test-machine-small: $(VENV)/device.stamp
	PYTHONPATH=tests $(bin)/python -m machines.guest "$(MACHINE)" --small

docs: $(VENV)/everything.stamp
	$(bin)/python -m scripts.make_commands
	$(bin)/zensical build --strict

setup-reference: $(reference)/installed.stamp

test-reference: $(reference)/installed.stamp
	$(reference)/bin/python -m pytest -rP tests/mouth/test_reference.py

test-home-assistant: $(VENV)/everything.stamp $(home)/installed.stamp
	HASS="$(home)/bin/hass" $(bin)/python -m pytest tests/machines/test_home_assistant.py

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

# The OpenCV that mediapipe brings overwrites the headless one and wants a desktop's libraries; 4.11
# is the last for NumPy 1.
$(reference)/installed.stamp: $(metadata)
	@$(PYTHON) -c 'import platform, sys; sys.exit(sys.implementation.name != "cpython" or not \
		(3, 11) <= sys.version_info < (3, 13) or \
		platform.machine() not in ("x86_64", "AMD64", "aarch64"))' || { echo \
		"mediapipe with FaceMesh needs CPython 3.11 or 3.12 on x86-64 or aarch64: no reference here"; \
		exit 1; }
	$(PYTHON) -m venv --clear $(reference)
	$(reference)/bin/python -m pip install -q --disable-pip-version-check \
		--editable '.[mediapipe]' 'pytest>=8.2'
	$(reference)/bin/python -m pip uninstall -q --yes opencv-contrib-python opencv-python-headless
	$(reference)/bin/python -m pip install -q --disable-pip-version-check --no-deps \
		'opencv-python-headless<4.12'
	@touch $@

$(home)/installed.stamp: | $(VENV)/everything.stamp
	PYTHONPATH=tests $(bin)/python -m machines.home_assistant "$(home)"
	@touch $@
