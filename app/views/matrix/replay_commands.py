"""The commands of the replay page, as menus, palette and keys know them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from app.views.matrix.commands import tr
from app.views.shell.actions import Command, MenuKey

PAGE = "replay"
RUN, BACK, NUMBERS, EXPORT = "replay.run", "replay.back", "replay.numbers", "replay.export"


def replay_commands() -> tuple[Command, ...]:
    """All of them without handlers, so that they stand in the menus before the page is built."""
    return (
        Command(
            RUN, tr("Replay past incidents"), MenuKey.MATRIX, "Ctrl+R", "play", page=PAGE, group="replay",
            words=tr("back-test what if try draft"), everywhere=True,
        ),
        Command(NUMBERS, tr("Numbers of the replay as a table"), MenuKey.MATRIX, "T", "", page=PAGE, group="replay"),
        Command(EXPORT, tr("Export the replay…"), MenuKey.MATRIX, "", "download", page=PAGE, group="replay"),
        Command(BACK, tr("Back to the matrix"), MenuKey.MATRIX, "", "arrow-left", page=PAGE, group="replay"),
    )  # fmt: skip


def with_handlers(
    handlers: Mapping[str, Callable[[], None]], reasons: Mapping[str, Callable[[], str]]
) -> tuple[Command, ...]:
    """The commands with what they do; ``reasons`` say why one cannot be done now."""
    return tuple(replace(one, handler=handlers.get(one.id), why_not=reasons.get(one.id)) for one in replay_commands())
