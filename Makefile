# The two commands of the README are `make demo` and `make test`; they do all the set-up themselves.
PYTHON ?= python3
LOCAL = $(PYTHON) -m fundcentre.local

.PHONY: demo demo-reset stop test bench bench-peers sweep pictures services lock migrations

demo:            ## the centre with its demo city on 127.0.0.1:8000; run again, it keeps the data
	@$(LOCAL) demo
demo-reset:      ## the same, starting afresh
	@$(LOCAL) demo-reset
stop:            ## end a demo that runs elsewhere, and the embedded servers
	@$(LOCAL) stop
test:            ## everything; ARGS="tests/deposits -x" for a part
	@$(LOCAL) test $(ARGS)
bench:           ## all benchmarks as a table and var/bench.jsonl; ONLY=name for one
	@$(LOCAL) bench $(ONLY)
bench-peers:     ## our postings beside django-hordak and django-ledger, in an environment of their own
	@$(LOCAL) bench-peers
sweep:           ## the full crawl of pages and operations
	@$(LOCAL) sweep $(ARGS)
pictures:        ## the README's pictures anew, from the walk of the browser tests
	@$(LOCAL) pictures
services:        ## PostgreSQL and Redis only, left running; prints their addresses
	@$(LOCAL) services
lock:            ## lock files from pyproject.toml and package.json
	@$(LOCAL) lock
migrations:      ## before the first release: make 0001_initial of every app anew
	@$(LOCAL) migrations
