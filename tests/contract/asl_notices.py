"""What telling people keeps to in every state machine: it never holds up or fails what it tells of."""

from typing import Any

from tests.contract.machines import Definition, State, function_of, states

NOTIFIER = "NotifierFunction"
CAUGHT_ERROR = "{% $states.errorOutput %}"


def is_event(task: State) -> bool:
    """Whether a Task hands its event over and waits for nothing."""
    return task["Arguments"].get("InvocationType") == "Event"


def is_notice(state: State) -> bool:
    """Whether a state tells people something."""
    return state["Type"] == "Task" and function_of(state) == NOTIFIER


def goes_on_untold(state: State, catcher: dict[str, Any]) -> bool:
    """Whether a Catch takes the very way that its Task takes, with the error kept in a variable."""
    return (
        is_notice(state)
        and is_event(state)
        and _way(catcher) == _way(state)
        and CAUGHT_ERROR in catcher.get("Assign", {}).values()
    )


def notices_are_handed_over(definition: Definition) -> list[str]:
    """A Task that tells people does not wait until they are told; any other waits for its answer."""
    return [
        f"{name} {'waits for the notifier' if is_notice(task) else 'waits for no answer'}"
        for name, task in states(definition, "Task")
        if is_notice(task) != is_event(task)
    ]


def notices_fail_nothing(definition: Definition) -> list[str]:
    """Whatever keeps a notice from being sent is caught, and the run goes on as if it had been sent."""
    return [
        f"{name} does not go on untold"
        for name, task in states(definition, "Task")
        if is_notice(task)
        if [catcher["ErrorEquals"] for catcher in task.get("Catch", [])] != [["States.ALL"]]
        or not goes_on_untold(task, task["Catch"][0])
    ]


def notices_hide_no_error(definition: Definition) -> list[str]:
    """Why a notice was not sent is never kept where the run keeps why it fails."""
    notices = {name for name, task in states(definition, "Task") if is_notice(task)}
    kept = {name: _assigned(state) for name, state in states(definition)}
    of_the_run = set().union(*(names for name, names in kept.items() if name not in notices))
    return [
        f"{name} overwrites {sorted(kept[name] & of_the_run)}"
        for name in sorted(notices)
        if kept[name] & of_the_run
    ]


def _way(branch: dict[str, Any]) -> tuple[Any, Any]:
    """Where it leads, and with what."""
    return branch.get("Next"), branch.get("Output")


def _assigned(state: State) -> set[str]:
    """The variables that a state may set."""
    branches = [state, *state.get("Catch", []), *state.get("Choices", [])]
    return {variable for branch in branches for variable in branch.get("Assign", {})}
