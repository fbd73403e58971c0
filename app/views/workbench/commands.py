"""The commands of the Workbench, as the menus know them before the page was ever visited."""

from __future__ import annotations

from app.views.shell.actions import Command, MenuKey
from app.views.workbench.words import tr

PAGE = "workbench"
TIMELINE_KEYS = ("1", "2", "3", "4", "5")


def workbench_commands() -> list[Command]:
    """All of them in the order of the menus, without what they do."""
    return [*_opening(), *_first(), *_work(), *_ends(), *_view()]


def _incident(command_id: str, text: str, key: str, icon: str, group: str, words: str = "") -> Command:
    return Command(f"incident.{command_id}", text, MenuKey.INCIDENT, key, icon, page=PAGE, group=group, words=words)


def _opening() -> list[Command]:
    return [
        Command(
            "file.new", tr("New incident…"), MenuKey.FILE, "Ctrl+N", "plus", page=PAGE, group="new", in_palette=False
        ),
        _incident("new", tr("New incident…"), "N", "plus", "new", tr("open intake call")),
    ]


def _first() -> list[Command]:
    return [
        _incident("acknowledge", tr("Acknowledge"), "A", "check", "first", tr("seen accept")),
        _incident("take", tr("Take it"), "T", "hand", "first", tr("assign to me hold")),
        _incident("update", tr("Send update"), "U", "send", "words", tr("message reply customer")),
        _incident("note", tr("Add note"), "M", "notebook-pen", "words", tr("internal write")),
        _incident("tick", tr("Tick the next item"), "X", "square-check", "words", tr("checklist procedure")),
        _incident("promise", tr("Promise…"), "O", "hand-heart", "words", tr("commit call back owe")),
        _incident("key_event", tr("Mark as key event"), "K", "star", "words", tr("timeline story")),
    ]


def _work() -> list[Command]:
    return [
        _incident("wait", tr("Wait…"), "P", "circle-pause", "work", tr("pause customer supplier")),
        _incident("go_on", tr("Go on"), "", "play", "work", tr("resume continue")),
        _incident("replied", tr("Customer replied…"), "Y", "message-circle", "work", tr("answer came in resume")),
        _incident("thanks", tr("Thanks, no answer needed…"), "", "heart", "work", tr("customer praise")),
        _incident("escalate", tr("Escalate…"), "E", "arrow-up-right", "people", tr("tier climb")),
        _incident("de_escalate", tr("De-escalate…"), "D", "arrow-down-right", "people", tr("lower tier down")),
        _incident("hand_off", tr("Hand off…"), "H", "arrow-right-left", "people", tr("give pass transfer")),
        _incident("accept", tr("Accept hand-off"), "Ctrl+Return", "check", "people", tr("offer take over")),
        _incident("return", tr("Return hand-off…"), "", "undo-2", "people", tr("offer refuse")),
    ]


def _ends() -> list[Command]:
    return [
        _incident("contain", tr("Contain…"), "", "shield-check", "ends", tr("harm stopped")),
        _incident("resolve", tr("Resolve…"), "R", "circle-check", "ends", tr("fixed done")),
        _incident("step_back", tr("Step back…"), "", "step-back", "ends", tr("earlier phase undo contain")),
        _incident("close", tr("Close…"), "", "lock", "ends", tr("end finish")),
        _incident("withdraw", tr("Withdraw…"), "", "ban", "ends", tr("customer took back cancel")),
        _incident("merge", tr("Merge…"), "", "merge", "ends", tr("duplicate same join")),
        _incident("reopen", tr("Reopen…"), "", "rotate-ccw", "ends", tr("came back")),
        _incident("carry_on", tr("Continue as a new incident…"), "", "plus", "ends", tr("came back late follow")),
        _incident("debrief", tr("Start debrief"), "", "clipboard-check", "after", tr("report review learn")),
        _incident("facts", tr("Change facts…"), "F", "pencil", "after", tr("severity segment reclassify edit")),
        _incident("move", tr("Move to the version in force…"), "", "fast-forward", "after", tr("matrix newer")),
        _incident(
            "take_answer", tr("Take the offered answer"), "", "route", "after", tr("trigger matrix facts accept")
        ),
        _incident("dismiss_answer", tr("Dismiss the offered answer…"), "", "circle-minus", "after", tr("trigger keep")),
        _incident("propose", tr("Propose a matrix change…"), "", "lightbulb", "after", tr("suggest policy improve")),
        _incident("why", tr("Why here"), "", "route", "after", tr("trigger matrix explanation")),
    ]


def _view() -> list[Command]:
    names = (tr("Everything"), tr("Customer"), tr("Hand-offs"), tr("Notes"), tr("Key events"))
    filters = [
        Command(
            f"timeline.{key}", tr("Timeline: {what}").format(what=name), MenuKey.VIEW, key, page=PAGE, group="timeline",
            in_palette=False,
        )
        for key, name in zip(TIMELINE_KEYS, names, strict=True)
    ]  # fmt: skip
    return [
        Command("queue.sort", tr("Sort the queue now"), MenuKey.VIEW, "S", "arrow-down-up", page=PAGE, group="queue"),
        Command("queue.filter", tr("Filter the queue"), MenuKey.VIEW, "/", "list-filter", page=PAGE, group="queue"),
        Command(
            "workbench.inspector", tr("Checklist and customer"), MenuKey.VIEW, "Ctrl+I", "panel-right", page=PAGE,
            group="queue", words=tr("inspector side"),
        ),
        *filters,
    ]  # fmt: skip
