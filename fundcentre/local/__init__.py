"""The launcher for trial and development: ``python3 -m fundcentre.local <command>``.

It installs the locked dependencies, builds the assets, runs PostgreSQL and Redis from whatever binaries the machine
has, and keeps the processes of the demo. Nothing here imports a third-party package, so that it can say what is
missing. Production never uses it: there, servers are named by address (docs/settings.md).
"""
