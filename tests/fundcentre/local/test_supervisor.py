"""The demo's processes: what runs once is waited for, an asking to end is heard at any moment, nothing stays behind."""

import os
import signal
import subprocess
import sys
import time

import pytest

from fundcentre.local import demo, paths
from fundcentre.local.processes import Process, Supervisor

PATIENCE_S = 20
SLEEPER = "import time\nprint('up', flush=True)\ntime.sleep(300)"


@pytest.fixture
def supervisor():
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    made = Supervisor()
    yield made
    for process in made.processes:
        process.kill()
        process.pump.join(PATIENCE_S)
    for number, handler in kept.items():
        signal.signal(number, handler)


def python(name: str, program: str, **more) -> Process:
    return Process(name, [sys.executable, "-c", program], **more)


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_what_runs_once_is_waited_for_and_not_started_again(supervisor, capsys):
    process = supervisor.add(python("prepare", "print('made'); raise SystemExit(3)", once=True))
    assert supervisor.wait_for(process) == 3
    assert supervisor.processes == []
    assert len(process.started) == 1
    assert "prepare   | made" in capsys.readouterr().out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_asked_to_end_while_something_long_is_waited_for(supervisor, number):
    process = supervisor.add(python("prepare", SLEEPER, once=True))
    os.kill(os.getpid(), number)
    with pytest.raises(KeyboardInterrupt):
        supervisor.wait_for(process)
    supervisor.end()
    assert process.child.poll() == -signal.SIGTERM


def test_a_log_keeps_what_the_reader_is_spared(supervisor, tmp_path, capsys):
    process = supervisor.add(python("postgres", "print('LOG:  ready')", once=True, log=tmp_path / "log" / "pg.log"))
    assert supervisor.wait_for(process) == 0
    assert (tmp_path / "log" / "pg.log").read_text() == "LOG:  ready\n"
    assert capsys.readouterr().out == ""


def test_what_crashed_is_started_again_and_the_reader_is_told_where_to_look(supervisor, tmp_path, capsys):
    process = supervisor.add(python("redis", SLEEPER, log=tmp_path / "redis.log"))
    first = process.child.pid
    os.kill(first, signal.SIGKILL)
    process.child.wait(PATIENCE_S)
    supervisor.answer_crashes()
    assert process.child.pid != first
    assert f"redis ended by signal 9 (see {tmp_path / 'redis.log'}): starting it again" in capsys.readouterr().out


def test_the_end_takes_children_of_children_along(supervisor):
    program = "import subprocess, sys; print(subprocess.Popen(['sleep', '300']).pid, flush=True); import time; time.sleep(300)"
    process = Process("worker", [sys.executable, "-c", f"import signal; signal.signal(15, signal.SIG_IGN); {program}"])
    process.grace_s = 0.5
    supervisor.add(process)
    until = time.monotonic() + PATIENCE_S
    while not (kin := subprocess.run(["pgrep", "-P", str(process.child.pid)], capture_output=True, text=True).stdout):
        assert time.monotonic() < until
        time.sleep(0.05)
    supervisor.end()
    until = time.monotonic() + PATIENCE_S
    while not is_gone(int(kin)):
        assert time.monotonic() < until
        time.sleep(0.05)


def test_the_last_words_say_what_the_next_start_will_do(monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "DEMO_LOADING", tmp_path / "loading")
    assert "the data is kept" in demo.last_words()
    paths.DEMO_LOADING.touch()
    assert "from the beginning" in demo.last_words()


def test_a_launcher_that_was_killed_leaves_names_to_end(monkeypatch, tmp_path, supervisor):
    """``make stop``, or the next start, ends what a killed launcher left: while loading, too."""
    monkeypatch.setattr(paths, "DEMO_STATE", tmp_path / "demo.json")
    monkeypatch.setattr(paths, "VENV_PYTHON", sys.executable)
    process = supervisor.add(python("prepare", SLEEPER, once=True))
    demo.remember(supervisor)
    demo.end_leftovers()
    assert process.child.wait(PATIENCE_S) == -signal.SIGKILL
    assert not paths.DEMO_STATE.exists()
