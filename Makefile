# The front door. Every recipe is one call of the command line tool or of a test runner from the kit's environment:
# nothing can be done only through make. Works with make 3.81 and any sh.

STACK ?= pet-cuddle-o-tron
ENV   ?= local
ARGS  ?=
BENCH ?= packaging starts sync
KIND  ?= stack
NAME  ?=

SHELL := /bin/sh
EVENTYARD := sh scripts/bootstrap.sh kit eventyard
DEV := sh scripts/bootstrap.sh dev
WHERE = --stack $(STACK) --env $(ENV)

.DEFAULT_GOAL := help
.PHONY: help setup doctor new package render plan apply sync destroy outputs manifests diagram drift validate audit redrive mail logs invoke up down reset status patterns \
	check test unit contract integration browser bench docs lock fmt clean

##@ Set up
help: ## Print this list
	@awk 'BEGIN { FS = ":.*## "; printf "make TARGET [STACK=%s|ec2-control|all] [ENV=%s|localstack|dev|prod]\n", "$(STACK)", "$(ENV)" } \
	  /^##@/ { printf "\n%s\n", substr($$0, 5) } /^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' Makefile
setup: ## Make the environments without doing anything else
	@$(DEV) python -m eventyard.environments
doctor: ## Look at tools, emulator, credentials and disk; one fix a line
	@$(EVENTYARD) doctor --env $(ENV) $(ARGS)
new: ## Begin something: KIND=module|stack|handler NAME=… (a handler's stack: ARGS="--stack STACK")
	@$(EVENTYARD) new $(KIND) $(NAME) $(ARGS)

##@ Build
package: ## Zip the handlers of STACK
	@$(EVENTYARD) package $(WHERE) $(ARGS)
render: ## Write the root module of STACK in ENV
	@$(EVENTYARD) render $(WHERE) $(ARGS)
docs: ## Write the generated tables of the documentation
	@$(DEV) python -m eventyard.reference $(ARGS)
lock: ## Resolve requirements/*.in again, with hashes
	@$(DEV) python -m eventyard.environments lock

##@ Deploy
plan: ## Show what an apply would change, and keep that plan
	@$(EVENTYARD) plan $(WHERE) $(ARGS)
apply: ## Bring STACK up in ENV
	@$(EVENTYARD) apply $(WHERE) $(ARGS)
sync: ## Edited handlers straight into STACK's functions, past Terraform (ARGS=--watch)
	@$(EVENTYARD) sync $(WHERE) $(ARGS)
destroy: ## Take STACK down in ENV
	@$(EVENTYARD) destroy $(WHERE) $(ARGS)
validate: ## Check configuration and Terraform without a plan
	@$(EVENTYARD) validate $(WHERE) $(ARGS)

##@ Observe
outputs: ## Addresses and names of STACK in ENV
	@$(EVENTYARD) outputs $(WHERE) $(ARGS)
manifests: ## What was applied to STACK in ENV so far, newest first (again: make apply ARGS="--manifest ID")
	@$(EVENTYARD) manifests $(WHERE) $(ARGS)
diagram: ## The architecture of STACK as Mermaid (ARGS="--format svg"; ARGS=--write: into the stack's folder)
	@$(EVENTYARD) diagram $(WHERE) $(ARGS)
drift: ## Exit 2 when reality has moved away from the state
	@$(EVENTYARD) drift $(WHERE) $(ARGS)
logs: ## What the functions of STACK log (ARGS="--follow", ARGS="--id CORRELATION_ID")
	@$(EVENTYARD) ops logs $(WHERE) $(ARGS)
audit: ## What the roles of STACK may do, beside what they were seen to do
	@$(EVENTYARD) audit $(WHERE) $(ARGS)
redrive: ## Dead letters of STACK, and back to where they came from (ARGS="QUEUE")
	@$(EVENTYARD) redrive $(WHERE) $(ARGS)
invoke: ## Call a function (ARGS="create --event event.json")
	@$(EVENTYARD) ops invoke $(WHERE) $(ARGS)
mail: ## Read the emulator's mailbox
	@$(EVENTYARD) local mail --env $(ENV) $(ARGS)
up: ## Start the emulator of ENV
	@$(EVENTYARD) local up --env $(ENV) $(ARGS)
down: ## Stop the emulator of ENV
	@$(EVENTYARD) local down --env $(ENV) $(ARGS)
reset: ## Empty the emulator of ENV and forget its states
	@$(EVENTYARD) local reset --env $(ENV) $(ARGS)
status: ## What the emulator of ENV is doing
	@$(EVENTYARD) local status --env $(ENV) $(ARGS)

##@ Check
check: ## Lint, types, unit tests: about two minutes
	@$(DEV) python scripts/checks.py
patterns: ## The event patterns of STACK with the events it states (a file: eventyard patterns PATTERN EVENT...)
	@$(EVENTYARD) patterns $(WHERE) $(ARGS)
test: ## Everything that proves it: check, then contract, integration and browser tests
	@$(DEV) python scripts/checks.py all --env $(ENV) $(ARGS)
unit: ## Handlers, packaging, rendering, plan reading
	@$(DEV) pytest tests/unit -n 2 --dist loadgroup $(ARGS)
contract: ## Modules, README examples, policies
	@$(DEV) pytest tests/contract -n 2 --dist loadgroup $(ARGS)
integration: ## The real stacks in ENV, data flowing
	@$(DEV) pytest tests/integration -n 2 --dist loadgroup --env $(ENV) $(ARGS)
browser: ## The pages in headless Chromium
	@$(DEV) pytest tests/browser --env $(ENV) $(ARGS)
bench: ## The figures of the README (BENCH=apply for the floor of an apply; ARGS=--record: into the docs)
	@$(DEV) python -m pytest $(BENCH:%=tests/bench/test_%.py) -s $(ARGS)
fmt: ## Format Terraform and Python
	@$(DEV) python scripts/checks.py fmt

##@ Clean
clean: ## Stop the emulator of ENV and remove build/
	@[ ! -x build/envs/kit/bin/eventyard ] || $(EVENTYARD) local down --env $(ENV)
	@rm -rf build
