# `make help` lists what there is. PORT, DATABASE_URL and PUBLIC_URL from the environment or the command line are obeyed.
PORT   ?= 8080
PYTHON ?= python3
FORMAT ?= text
PACKAGES = contracts chassis gateway svc_catalog svc_feedback svc_identity svc_logistics svc_profile svc_sharing \
           svc_workflow launcher demo inspector

.DEFAULT_GOAL := help
export PORT
py := .venv/bin/python
launcher := $(py) -m launcher

run: .venv-run ## Start OneDoor: database, services, demo city; Ctrl-C stops it. PORT=8080 BUS=kafka
	@exec $(launcher) run
stop: .venv-run ## Stop it from another shell
	@$(launcher) stop
status: .venv-run ## Each program: port, pid, ready, restarts, memory. FORMAT=json for machines
	@$(launcher) status --format $(FORMAT)
logs: .venv-run ## Follow what the programs say. SERVICE=identity for one of them
	@exec $(launcher) logs $(SERVICE)
trace: .venv-run ## A case's path through the services, with durations. CASE=number; ALL=1 for every span
	@test -n "$(CASE)" || { echo 'Which case? make trace CASE=number' >&2; exit 1; }
	@$(launcher) trace "$(CASE)" $(if $(filter 1 y yes,$(ALL)),--all)
reset: .venv-run ## Erase all data; asks first. YES=1 answers
	@$(launcher) reset $(if $(filter 1 y yes,$(YES)),--yes)
migrate: .venv-run ## Bring every service's database up to date
	@$(launcher) migrate
verify: .venv-run ## Have every service prove that nothing is lost, doubled or stuck, in one line each
	@$(launcher) verify
import: .venv-run ## Import service items into the running house. FILE=items.jsonl
	@test -n "$(FILE)" || { echo 'Which file? make import FILE=items.jsonl' >&2; exit 1; }
	@$(launcher) exec --as catalog -- $(py) -m svc_catalog import "$(FILE)"

test: .venv-dev browser ## Every test: services, contracts, architecture, journeys, portal
	@$(py) -m pytest --numprocesses logical --maxprocesses 4 --no-loadscope-reorder
journey: .venv-dev ## Only the journeys: a citizen's thing from sign-in to rating. BUS=kafka
	@$(py) -m pytest tests/journeys
faults: .venv-dev ## Cases at once while everything that can die does, on each transport. CASES=200
	@$(if $(CASES),CASES="$(CASES)") $(py) -m pytest -rP tests/faults/test_everything_at_once.py
bench: .venv-dev ## Speed and memory beside bare references. ROWS=bus,gateway for a part
	@$(py) -m tests.load.bench --rows "$(ROWS)"
screenshots: .venv-dev browser ## Pictures of the portal's pages
	@$(py) tests/portal/screenshots.py
lint: .venv-dev ## Style and mistakes (ruff)
	@$(py) -m ruff check . && $(py) -m ruff format --check .
types: .venv-dev ## Types (mypy, strict)
	@$(py) -m mypy --exclude /tests/ $(addprefix -p ,$(PACKAGES))
fmt: .venv-dev ## Format, and repair what can be repaired
	@$(py) -m ruff check --fix . && $(py) -m ruff format .
contracts: .venv-dev ## Write the OpenAPI, AsyncAPI and JSON Schema documents anew
	@$(py) -m chassis.documents write && $(py) -m inspector write
check-contracts: .venv-dev ## Have the documents judged: Spectral, Redocly, AsyncAPI, TypeScript, breaking changes
	@$(py) -m tests.contracts.judges
check-deploy: .venv-dev ## Render the Kubernetes manifests and have them judged
	@$(py) -m inspector check
check-image: .venv-dev ## Prove the image's recipe on a minimal Debian, as root
	@$(py) -m inspector image
pins: .venv-dev ## Resolve requirements*.in into pinned, hashed requirements*.txt. UPGRADE=1 for newer versions
	@$(resolve) requirements.in -o requirements.txt && $(resolve) requirements.in requirements-dev.in -o requirements-dev.txt
resolve = $(py) -m uv pip compile -q $(if $(UPGRADE),--upgrade) --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1	\2/p' $(MAKEFILE_LIST) | while IFS='	' read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

.venv-run .venv-dev: python-is-there
	@$(PYTHON) deploy/launcher/environment.py $(if $(filter .venv-dev,$@),--dev)
python-is-there:
	@command -v $(PYTHON) >/dev/null || { echo 'OneDoor needs Python 3.11 or newer with its venv module; on Debian and Ubuntu: apt-get install python3 python3-venv.' >&2; exit 1; }
browser: .venv-dev
	@$(py) deploy/launcher/browser.py

.PHONY: run stop status logs trace reset migrate verify import test journey faults bench screenshots lint types fmt contracts \
        check-contracts check-deploy check-image pins help .venv-run .venv-dev python-is-there browser
