"""``make demo``: the centre running on this machine, with a living demo city."""

import http.client
import json
import os
import signal
import socket
import time

from fundcentre.local import dependencies, environments, paths, postgres, probes
from fundcentre.local.console import Stop, say
from fundcentre.local.locks import only_one
from fundcentre.local.postgres import Postgres
from fundcentre.local.processes import Process, Supervisor
from fundcentre.local.redis import Redis

HOST = "127.0.0.1"
PORT = int(os.environ.get("PORT", "8000"))
BANK_PORT = int(os.environ.get("BANK_SIMULATOR_PORT", str(PORT + 1)))
SMS_PORT = int(os.environ.get("SMS_SIMULATOR_PORT", str(PORT + 2)))
READY_SECONDS_MAX = 180  # a laptop that is busy with something else
WORKERS = 2


def set_up(for_tests: bool = False) -> None:
    """Everything a fresh machine lacks; seconds when nothing has changed since the last time."""
    with only_one("set-up"):
        dependencies.install_python()
        dependencies.install_embedded()
        dependencies.build_assets()
        probes.ensure_system_packages(with_browser=for_tests, must=for_tests)


def demo() -> int:
    refuse_second_demo()
    set_up()
    return run()


def run(*city: str) -> int:
    """Servers, data and processes, until asked to end. ``city``: options of ``load_demo_city``, for a smaller one."""
    supervisor = Supervisor()
    try:
        begin = time.monotonic()
        start_services(supervisor)
        prepare(supervisor, *city)
        # Pages first: the others start while the reader logs in, and what is sent to them meanwhile waits in the queue.
        *others, web = application_processes()
        supervisor.add(web)
        remember(supervisor)
        supervisor.wait_until(answers, f"http://{HOST}:{PORT}/readyz", READY_SECONDS_MAX)
        for process in others:
            supervisor.add(process)
            remember(supervisor)
        say(f"ready after {time.monotonic() - begin:.1f} s")
        welcome()
        supervisor.watch()
    except KeyboardInterrupt:
        pass  # asked to end while still starting
    finally:
        say("stopping")
        supervisor.end()
        stop_services()
        paths.DEMO_STATE.unlink(missing_ok=True)
        say(last_words())
    return 0


def last_words() -> str:
    if paths.DEMO_LOADING.exists():
        return "stopped while the demo city was loading: `make demo` loads it from the beginning"
    return "stopped; the data is kept: `make demo` goes on, `make demo-reset` starts afresh"


def refuse_second_demo() -> None:
    if running_demo():
        raise Stop("the demo of this checkout is running already; `make stop` ends it")
    end_leftovers()
    for port, name in ((PORT, "PORT"), (BANK_PORT, "BANK_SIMULATOR_PORT"), (SMS_PORT, "SMS_SIMULATOR_PORT")):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                raise Stop(f"port {port} is taken: choose another, {name}={port + 10} make demo") from None


def start_services(supervisor: Supervisor) -> None:
    """PostgreSQL and Redis as children of the demo; servers that tests left running are taken over as they are."""
    server = Postgres()
    if not server.is_ready():
        server.prepare()
        supervisor.add(
            Process(
                "postgres", server.command(), stop_signal=signal.SIGINT, grace_s=30,
                options={"cwd": "/", **server.account.options}, log=paths.LOGS / "postgres.log",
            )
        )  # fmt: skip
        supervisor.wait_until(server.is_ready, "PostgreSQL", postgres.START_SECONDS_MAX)
    broker = Redis()
    if not broker.is_ready():
        broker.prepare()
        supervisor.add(Process("redis", broker.command(), log=paths.LOGS / "redis.log"))
        supervisor.wait_until(broker.is_ready, "Redis", 15)
    if paths.DEMO_LOADING.exists():
        say("the last loading of the demo city was interrupted: starting it afresh")
        server.drop_database()
        paths.DEMO_LOADING.unlink()
    server.ensure_database()


def prepare(supervisor: Supervisor, *city: str) -> None:
    """Migrate, grant, load the city where the database is empty, collect static files: as owner, in one process."""
    command = [str(paths.VENV_PYTHON), "manage.py", "prepare_demo", *city]
    process = supervisor.add(Process("prepare", command, environments.for_role(postgres.OWNER), once=True))
    remember(supervisor)
    if supervisor.wait_for(process):
        raise Stop("the database could not be prepared (above)")


def application_processes() -> list[Process]:
    environment = {
        **environments.for_role(postgres.APPLICATION),
        "BANK_SIMULATOR_PORT": str(BANK_PORT),
        "BANK_URL": os.environ.get("BANK_URL", f"http://{HOST}:{BANK_PORT}"),
        "SMS_URL": os.environ.get("SMS_URL", f"http://{HOST}:{SMS_PORT}"),
        "PUBLIC_URL": os.environ.get("PUBLIC_URL", f"http://{HOST}:{PORT}"),
    }
    python = str(paths.VENV_PYTHON)
    (paths.VAR / "beat").mkdir(exist_ok=True)
    celery = [python, "-m", "celery", "--quiet", "-A", "fundcentre"]
    schedule = str(paths.VAR / "beat" / "schedule")
    worker_environment = {
        **environment,
        "CELERY_SOLE_WORKER": "1",
        # In a container everything is root; the demo is for this machine only.
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
    }
    processes = [
        Process(
            "worker", [*celery, "worker", "-c", str(WORKERS), "--loglevel", "WARNING"], worker_environment, grace_s=30
        ),
        Process("beat", [*celery, "beat", "--loglevel", "WARNING", "--pidfile=", "--schedule", schedule], environment),
    ]
    bank = paths.ROOT / "accounts" / "bank"
    if (bank / "simulator.py").exists() or (bank / "simulator" / "__main__.py").exists():
        processes.append(Process("bank", [python, "-m", "accounts.bank.simulator"], environment))
    processes.append(Process("sms", [python, "-m", "servicehub.identity.sms_simulator", "--port", str(SMS_PORT)]))
    processes.append(
        Process(
            "web",
            [python, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(PORT),
             "--workers", str(min(os.cpu_count() or 1, 4)), "--blocking-threads", "4", "--no-access-log",
             "--log-level", "warning", "fundcentre.wsgi:application"],
            environment,
        )
    )  # fmt: skip
    return processes


def answers() -> bool:
    connection = http.client.HTTPConnection(HOST, PORT, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def welcome() -> None:
    lines = ["", f"http://{HOST}:{PORT}/  is open. Ctrl-C ends it."]
    if paths.DEMO_LOGINS.exists():
        lines += ["", *paths.DEMO_LOGINS.read_text(encoding="utf-8").splitlines(), ""]
    say("\n".join(lines))


def remember(supervisor: Supervisor) -> None:
    """Who runs, so that ``stop`` finds them even after the launcher itself was killed."""
    state = {"launcher": os.getpid(), "children": {p.name: p.child.pid for p in supervisor.processes}}
    paths.DEMO_STATE.write_text(json.dumps(state))


def remembered() -> dict:
    try:
        return json.loads(paths.DEMO_STATE.read_text())
    except (OSError, ValueError):
        return {}


def is_ours(pid: int, words: str) -> bool:
    """Whether ``pid`` still is the process that was written down: numbers are given out again."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as handle:
            return words in handle.read().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return False


def running_demo() -> int | None:
    pid = remembered().get("launcher")
    return pid if pid and is_ours(pid, "fundcentre.local demo") else None


def end_leftovers() -> None:
    """Processes of a demo whose launcher was killed outright."""
    for name, pid in remembered().get("children", {}).items():
        if name not in {"postgres", "redis"} and is_ours(pid, str(paths.VENV_PYTHON)):
            say(f"ending {name}, left over from a demo that was killed")
            os.killpg(pid, signal.SIGKILL)
    paths.DEMO_STATE.unlink(missing_ok=True)


def stop() -> int:
    """End the demo of this checkout and its servers."""
    launcher = running_demo()
    if launcher:
        os.kill(launcher, signal.SIGTERM)
        until = time.monotonic() + 60
        while running_demo() and time.monotonic() < until:
            time.sleep(0.1)
    end_leftovers()
    stop_services()
    return 0


def stop_services() -> None:
    Redis().stop()
    Postgres().stop()
