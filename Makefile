# `make demo` and `make test` set up all they need: .venv, the compiled kernel and, as root on Debian, system packages.
# PYTHON=python3.13 chooses an interpreter. Written for GNU make 3.81, which macOS has.

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
KERNEL := setup.py $(wildcard tlsscope/*.p* $(foreach room,capture link flow record handshake handshake/extensions certificate \
	session pipeline judge report,tlsscope/$(room)/*.py tlsscope/$(room)/*.pxd))
SCALE ?= 0.1
WORK ?= build/captures
LADDER ?= captures/tls12-mutual--openssl--openssl.pcap

.PHONY: help demo test setup kernel lint agreement bench captures clean

help:
	@echo "make demo       tell every session of captures/, and one of them as a ladder"
	@echo "make test       ruff, mypy, the import contracts, pytest"
	@echo "make agreement  hold captures/ to tshark, and ../shared (where it is) to its truth; counts by field"
	@echo "make bench      measure tlsscope and its peers; SCALE=1 for the full size ($(SCALE))"
	@echo "make kernel     compile the kernel in place"
	@echo "make captures   record captures/ anew (root, Linux, see captures/make/README.md)"
	@echo "make clean      remove what can be built again, .venv too"

demo: setup
	$(BIN)/tlsscope scan captures/
	$(BIN)/tlsscope show $(LADDER) 1

test: setup lint
	$(PY) -m pytest

lint: setup
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

agreement: setup
	TLSSCOPE_AGREEMENT=everything $(PY) -m pytest -q tests/agreement tests/witness

bench: setup
	$(PY) -m bench.run --scale $(SCALE)

captures: setup
	$(PY) -m pip install --quiet -r captures/make/requirements.txt
	$(PY) captures/make/record.py --work $(WORK)
	$(PY) captures/make/odd.py
	$(PY) captures/make/verify.py

# The kernel is asked for in a make of its own: installing has built it, and only a new make looks again.
setup: $(VENV)/.installed
	@$(MAKE) -s --no-print-directory $(VENV)/.kernel

$(VENV)/.installed: pyproject.toml tools/setup.sh
	sh tools/setup.sh
	@touch $(VENV)/.installed $(VENV)/.kernel

$(VENV)/.kernel: $(KERNEL)
	sh tools/setup.sh kernel
	@touch $@

kernel: $(VENV)/.installed
	sh tools/setup.sh kernel
	@touch $(VENV)/.kernel

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find tlsscope tests bench tools captures -name __pycache__ -type d -prune -exec rm -rf {} +
	find tlsscope -name '*.so' -delete
