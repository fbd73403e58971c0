"""Entry: without an argument the desk opens, otherwise the command line runs."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Sequence

NO_SCREEN = """There is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set).
To look at the desk live, run this in a desktop session, or give it a virtual screen:
    xvfb-run -a -s "-screen 0 1600x1000x24" python -m app
and watch that screen through a VNC server such as x11vnc.
Now the tour is taken instead: the sample incident through the real window, pictures and report in tour/."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the program; returns the exit code."""
    multiprocessing.freeze_support()
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given == ["--self-test"]:
        from app.desk import self_test

        return self_test()
    if not wants_window(given):
        from app.cli import run as run_command

        return int(run_command(given) or 0)
    address = given[1] if len(given) == 2 else given[0].partition("=")[2] if given else None
    if not has_screen():
        sys.stderr.write(NO_SCREEN + "\n")
        from app.desk import take_tour

        return take_tour()
    from app.desk import run

    return run(address)


def wants_window(arguments: Sequence[str]) -> bool:
    """No argument, or only which database: the desk opens."""
    if len(arguments) == 2:
        return arguments[0] == "--database"
    return not arguments or (len(arguments) == 1 and arguments[0].startswith("--database="))


def has_screen() -> bool:
    """Whether a window could be seen: on Linux a display, or a platform that somebody chose."""
    if sys.platform != "linux":
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


if __name__ == "__main__":
    sys.exit(main())
