"""One execution of export_logs exports at a time, and a turn is never lost with the one that had it."""

from datetime import timedelta

import pytest

from stepkeeper.exports.errors import ExportContended, ExportTurnLost
from tests.handlers.exports import ALL, GROUP, Exports


@pytest.fixture
def exports(exports: Exports) -> Exports:
    """Something is to be exported, and nobody is at it."""
    exports.choose(ALL)
    exports.add_group()
    return exports


def hand_over(exports: Exports, *, to: str, from_: str, run: str = "one") -> dict[str, object]:
    """What the execution does first that continues another."""
    return exports.begin(to, run=exports.arn(run), continues=exports.arn(from_))


def test_while_an_execution_is_at_it_another_one_is_told_who(exports: Exports) -> None:
    exports.begin("one")
    before = exports.entries()

    answer = exports.begin("two")

    assert answer == {
        "state": "busy",
        "by": exports.arn("one"),
        "reason": f"{exports.arn('one')} is at it, since 2026-11-21 03:04:05 UTC",
    }
    assert exports.entries() == before
    assert exports.next("one")["state"] == "export"


def test_who_was_refused_the_turn_can_do_nothing(exports: Exports) -> None:
    exports.begin("one")
    exports.begin("two")

    with pytest.raises(ExportTurnLost, match="execution:stepkeeper-export_logs:one exports by now"):
        exports.next("two")


@pytest.mark.parametrize("status", ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"])
def test_once_the_holder_has_ended_however_it_did_the_next_one_takes_over(
    status: str, exports: Exports
) -> None:
    exports.begin("one")
    begun = exports.next("one")["period"]
    exports.start(begun, "one")
    exports.world.step_functions.end(exports.arn("one"), status)  # type: ignore[arg-type]

    answer = exports.begin("two")

    assert (answer["state"], answer["planned"]) == ("begun", 0)
    assert exports.next("two")["period"] == begun
    with pytest.raises(ExportTurnLost):
        exports.next("one")


@pytest.mark.parametrize(("minutes", "state"), [(4, "busy"), (5, "begun")])
def test_a_holder_that_nobody_knows_has_the_turn_for_a_moment(
    minutes: int, state: str, exports: Exports
) -> None:
    """Step Functions may not tell of it yet; or it is of a stack that was there before."""
    unknown = exports.arn("unknown")
    exports.ask("bucket_checker", action="begin", execution=unknown, run=unknown)
    exports.world.clock.move(timedelta(minutes=minutes))

    assert exports.begin("two")["state"] == state


def test_who_continues_a_run_takes_its_turn_over_while_the_other_still_runs(exports: Exports) -> None:
    exports.begin("one")

    answer = hand_over(exports, to="one-1", from_="one")

    assert answer == {"state": "begun"}
    assert exports.turn is not None
    assert (exports.turn.holder, exports.turn.run) == (exports.arn("one-1"), exports.arn("one"))
    assert exports.next("one")["state"] == "export"
    assert exports.begin("two")["by"] == exports.arn("one-1")


def test_a_hand_over_that_is_repeated_changes_nothing(exports: Exports) -> None:
    exports.begin("one")
    hand_over(exports, to="one-1", from_="one")
    before = exports.turn

    hand_over(exports, to="one-1", from_="one")

    assert exports.turn == before


def test_a_run_that_continues_after_another_one_had_its_turn_still_holds_back_what_is_too_large(
    exports: Exports,
) -> None:
    exports.choose(f'{ALL}at_most = "1KB"\n')
    exports.world.logs.count_incoming(GROUP, exports.world.clock.stamp - timedelta(days=40), 10**9)
    exports.begin("one")
    exports.end_execution("one")
    exports.run("two")

    assert hand_over(exports, to="one-1", from_="one") == {"state": "begun"}

    done = exports.next("one")
    assert done["state"] == "done"
    assert "at_most" in done["problems"][0]


def test_of_two_that_want_the_turn_at_the_same_moment_one_gets_it(exports: Exports) -> None:
    wire = exports.simulation.wire
    execution, other = exports.start_execution("one"), exports.start_execution("two")
    event = {"action": "begin", "execution": execution, "run": execution}
    first_write = 1

    with (
        wire.meanwhile(
            first_write,
            lambda: exports.simulation.invoke(
                "bucket_checker", {"action": "begin", "execution": other, "run": other}
            ),
        ),
        pytest.raises(ExportContended, match="call again"),
    ):
        exports.simulation.invoke("bucket_checker", event)

    assert exports.begin("one")["by"] == other
    assert len(exports.entries()) == 2
