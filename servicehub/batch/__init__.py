"""Batch jobs: runs with a memory, resumed after a kill, never reported as finished with a failed item."""

from servicehub.batch.running import Progress, RunEnded, abort, progress, retry, run_item, start, work_off

__all__ = ["Progress", "RunEnded", "abort", "progress", "retry", "run_item", "start", "work_off"]
