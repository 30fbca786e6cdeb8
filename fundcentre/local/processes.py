"""Keeps the processes of the demo: one prefix each, an orderly end, and a crash that is reported and answered."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from fundcentre.local import paths
from fundcentre.local.console import Stop, say

RESTARTS_MAX = 3
RESTART_WINDOW_S = 60


def leave_running(child: subprocess.Popen) -> None:
    """The child is meant to outlive us: Python must not warn that nobody waited for it."""
    child.returncode = 0


@dataclass
class Process:
    """``stop_signal`` asks it to end; after ``grace_s`` seconds it is ended.

    ``once``: it ends by itself, and is not started again. ``log``: what it says goes there, not to the reader.
    """

    name: str
    command: list[str]
    environment: dict[str, str] | None = None
    stop_signal: int = signal.SIGTERM
    grace_s: float = 15
    options: dict = field(default_factory=dict)
    once: bool = False
    log: Path | None = None
    child: subprocess.Popen | None = None
    started: list[float] = field(default_factory=list)
    pump: threading.Thread | None = None

    def start(self) -> None:
        # A session of its own keeps the terminal's Ctrl-C away: the launcher decides who ends first.
        self.child = subprocess.Popen(
            self.command, env=self.environment, cwd=self.options.get("cwd", paths.ROOT), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True,
            **{key: value for key, value in self.options.items() if key != "cwd"},
        )  # fmt: skip
        self.started.append(time.monotonic())
        self.pump = threading.Thread(target=self._pump, args=(self.child,), daemon=True)
        self.pump.start()

    def _pump(self, child: subprocess.Popen) -> None:
        with child.stdout as said:
            if self.log:
                self.log.parent.mkdir(parents=True, exist_ok=True)
                with self.log.open("a", encoding="utf-8", buffering=1) as log:
                    log.writelines(said)
            else:
                for line in said:
                    say(line.rstrip("\n"), self.name)

    def signal(self, number: int) -> None:
        if self.child and self.child.poll() is None:
            self.child.send_signal(number)

    def kill(self) -> None:
        """End it and what it started: the pool of a worker lives in the same session."""
        if self.child and self.child.poll() is None:
            os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait()

    def sweep(self) -> None:
        """End what a crashed process left behind: orphans of a killed worker would go on taking tasks."""
        with suppress(ProcessLookupError):
            os.killpg(self.child.pid, signal.SIGKILL)

    def may_restart(self) -> bool:
        recent = [moment for moment in self.started if moment > time.monotonic() - RESTART_WINDOW_S]
        return len(recent) <= RESTARTS_MAX


class Supervisor:
    """Start in order, watch, end in the opposite order."""

    def __init__(self):
        self.processes: list[Process] = []
        self.ending = threading.Event()
        self._asked = 0
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def _on_signal(self, number, frame) -> None:
        self._asked += 1
        self.ending.set()
        if self._asked > 1:  # asked again: no more patience
            for process in reversed(self.processes):
                process.kill()

    def add(self, process: Process) -> Process:
        process.start()
        self.processes.append(process)
        return process

    def wait_until(self, ready: Callable[[], bool], what: str, seconds_max: float) -> None:
        """Wait for ``ready``, answering crashes meanwhile.

        :raises KeyboardInterrupt: the demo was asked to end.
        """
        until = time.monotonic() + seconds_max
        while not ready():
            if self.ending.is_set():
                raise KeyboardInterrupt
            if time.monotonic() > until:
                raise Stop(f"{what} was not ready within {seconds_max:.0f} s")
            self.answer_crashes()
            time.sleep(0.1)

    def wait_for(self, process: Process) -> int:
        """Until a process that runs once has ended; its exit code.

        :raises KeyboardInterrupt: the demo was asked to end.
        """
        while (code := process.child.poll()) is None:
            if self.ending.wait(0.1):
                raise KeyboardInterrupt
            self.answer_crashes()
        self.processes.remove(process)
        process.pump.join(5)  # its last words come before whatever is said next
        return code

    def watch(self) -> None:
        while not self.ending.wait(0.2):
            self.answer_crashes()

    def answer_crashes(self) -> None:
        for process in self.processes:
            code = process.child.poll()
            if code is None or process.once or self.ending.is_set():
                continue
            how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
            if not process.may_restart():
                where = f": see {process.log}" if process.log else ""
                raise Stop(f"{process.name} ended {how}, {RESTARTS_MAX} restarts did not help{where}")
            where = f" (see {process.log})" if process.log else ""
            say(f"{process.name} ended {how}{where}: starting it again")
            process.sweep()
            if len(process.started) > 1:
                self.ending.wait(1)
            process.start()

    def end(self) -> None:
        self.ending.set()
        for process in reversed(self.processes):
            process.signal(process.stop_signal)
            try:
                process.child.wait(process.grace_s)
            except subprocess.TimeoutExpired:
                say(f"{process.name} did not end within {process.grace_s:.0f} s: ended at once")
                process.kill()
