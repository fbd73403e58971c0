"""What the commands of the Matrix page do: the same key means the same act on what is shown."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from app.views.matrix.commands import REVIEW
from app.views.matrix.path_tab import PathsTab

if TYPE_CHECKING:
    from app.views.matrix.page import MatrixPage

Act = Callable[[], None]


def page_handlers(page: MatrixPage) -> dict[str, Act]:
    """Commands and what they do now."""
    tab, grid, paths = page.triggers, page.triggers.grid, page.paths
    by_tab: dict[str, tuple[Act, Act | None]] = {
        "matrix.pick": (grid.pick, None),
        "matrix.add": (tab.add_here, paths.add_path),
        "matrix.remove": (tab.remove, paths.remove_step),
        "matrix.up": (partial(tab.move_by, -1), partial(paths.move_step, -1)),
        "matrix.down": (partial(tab.move_by, 1), partial(paths.move_step, 1)),
        "matrix.reason": (page.write_reason, None),
    }
    return {
        **{name: partial(_by_tab, page, *acts) for name, acts in by_tab.items()},
        "matrix.edit": partial(_edit, page),
        **{name: partial(_on_paths, page, act) for name, act in path_handlers(paths).items()},
        "matrix.next": partial(page.step, 1),
        "matrix.previous": partial(page.step, -1),
        "matrix.mend": page.mend_current,
        "matrix.try": page.probe.start,
        REVIEW: page.review,
        "matrix.discard": page.discard,
    }


def path_handlers(paths: PathsTab) -> dict[str, Act]:
    """The commands of paths and steps."""
    return {
        "matrix.path.add": paths.add_path,
        "matrix.path.copy": paths.copy_path,
        "matrix.path.rename": paths.rename_path,
        "matrix.path.remove": paths.remove_path,
        "matrix.step.add": paths.add_step,
        "matrix.step.remove": paths.remove_step,
        "matrix.step.up": partial(paths.move_step, -1),
        "matrix.step.down": partial(paths.move_step, 1),
    }


def _by_tab(page: MatrixPage, on_triggers: Act, on_paths: Act | None) -> None:
    shown = page.tabs.currentWidget()
    if shown is page.triggers:
        on_triggers()
    elif shown is page.paths and on_paths is not None:
        on_paths()


def _edit(page: MatrixPage) -> None:
    """F2: on targets and tiers the cell under the cursor, elsewhere as every key."""
    if page.tabs.currentWidget() is page.targets:
        page.targets.grid.edit_current()
        return
    if page.tabs.currentWidget() is page.tiers:
        page.tiers.table.write_current()
        return
    _by_tab(page, page.triggers.grid.edit_current, page.paths.rename_path)


def _on_paths(page: MatrixPage, act: Act) -> None:
    page.go_tab("paths")
    act()
