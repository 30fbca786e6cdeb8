"""Balance checks and risk rules: run by pace, findings with an owner and a clock, and what blocks day close."""

from servicehub.checks import declared
from servicehub.checks.running import Checked, blocking, explain, run, run_one, worklist
from servicehub.checks.standings import Standing, standings

__all__ = ["Checked", "Standing", "blocking", "declared", "explain", "run", "run_one", "standings", "worklist"]
