"""How far a tick comes: nothing that came due is lost, whatever keeps it from being judged."""

from datetime import UTC, datetime, timedelta

import pytest

from stepkeeper.deadlines.errors import DeadlinesNotJudged
from tests.handlers.ticking import DAY, HOUR, MINUTE, Ticking
from tests.wire import Crash

START = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
DUE = START + 2 * HOUR
MISSING = "is MISSING: it did not start"


def add(ticking: Ticking, number: int) -> list[str]:
    names = [f"p{index:03}" for index in range(number)]
    for name in names:
        ticking.add(name)
    return names


def test_ticks_that_did_not_come_are_made_up_for(ticking: Ticking) -> None:
    ticking.add("every-six-hours", "cron(0 0/6 * * ? *)")
    ticking.tick(at=START)
    ticking.run("every-six-hours", "good", at=START, took=HOUR - HOUR)

    ticking.tick(at=START + 3 * DAY)

    told = ticking.new_alerts()
    assert len(told) == 1
    assert "Start: 2026-11-22 00:00:00 UTC" in told[0]["Message"]


def test_after_a_long_pause_a_tick_looks_back_seven_days(ticking: Ticking) -> None:
    ticking.add("daily")
    ticking.tick(at=START)

    ticking.tick(at=START + 30 * DAY)

    (alert,) = ticking.new_alerts()
    assert f"Start: {START + 23 * DAY:%Y-%m-%d %H:%M:%S} UTC" in alert["Message"]


def test_the_first_tick_of_all_tells_of_the_last_minutes_alone(ticking: Ticking) -> None:
    ticking.add("daily")
    ticking.add("nightly", "cron(0 12 * * ? *)")

    ticking.tick(at=DUE + 5 * MINUTE - timedelta(seconds=1))

    assert ticking.alerts() == [f"daily {MISSING}"]


def test_lists_are_paced_and_what_does_not_fit_waits_for_the_next_ticks(ticking: Ticking) -> None:
    names = add(ticking, 250)
    ticking.tick(at=DUE - MINUTE)

    began = DUE
    behind = []
    while not behind or behind[-1]:
        behind.append(ticking.tick(at=max(began, ticking.now))["behind"])
        assert ticking.now - began < timedelta(seconds=60)
        began += MINUTE

    assert behind == [123, 33, 0]
    assert sorted(ticking.alerts()) == [f"{name} {MISSING}" for name in names]


def test_what_is_due_longest_comes_first_and_then_what_blocks_most(ticking: Ticking) -> None:
    names = add(ticking, 200)
    ticking.tables["p150"]["blocks"] = names[:50]
    ticking.add("earlier", "cron(59 17 * * ? *)")
    ticking.tick(at=DUE - 2 * MINUTE)

    ticking.tick(at=DUE)

    assert ticking.alerts()[:3] == [f"{name} {MISSING}" for name in ("earlier", "p150", "p000")]


def test_a_throttled_list_ends_the_lists_of_this_tick_and_nothing_is_lost(ticking: Ticking) -> None:
    add(ticking, 3)
    ticking.tick(at=DUE - MINUTE)
    ticking.world.faults.refuse("ListExecutions")

    assert ticking.tick(at=DUE)["behind"] == 3
    ticking.world.faults.clear()
    ticking.tick(at=DUE + MINUTE)

    assert len(ticking.alerts()) == 3


def broken(ticking: Ticking, how: str) -> str:
    """Adds a pipeline of which no deadline can be judged; gives what is said of that."""
    if how == "express":
        ticking.add("broken", type="EXPRESS")
        return "broken (StateMachineNotWatchable"
    ticking.add("broken")
    if how == "no machine":
        ticking.world.step_functions.delete_machine(ticking.machines["broken"])
        return "broken (StateMachineNotFound"
    ticking.world.schedules.remove("start-broken")
    if how == "no gate":
        return "broken (GateNotFound"
    ticking.world.schedules.add("start-broken", expression="rate(5 minutes)")
    return "broken (ScheduleNotAnchored"


@pytest.mark.parametrize("how", ["express", "no machine", "no gate", "not anchored"])
def test_what_can_not_be_judged_is_named_after_all_others_were(ticking: Ticking, how: str) -> None:
    said = broken(ticking, how)
    ticking.add("good")

    with pytest.raises(DeadlinesNotJudged) as error:
        ticking.tick(at=DUE)

    assert said in str(error.value)
    assert str(error.value).startswith("1 problems.")
    assert ticking.alerts() == [f"good {MISSING}"]


def test_what_could_not_be_judged_is_judged_as_soon_as_it_can_be(ticking: Ticking) -> None:
    ticking.add("daily")
    gate = ticking.world.schedules.schedule("start-daily")
    ticking.tick(at=DUE - MINUTE)
    ticking.forget_schedules()
    ticking.world.schedules.remove("start-daily")
    for minutes in range(3):
        with pytest.raises(DeadlinesNotJudged):
            ticking.tick(at=DUE + minutes * MINUTE)
    ticking.world.schedules._schedules["default", "start-daily"] = gate

    ticking.tick(at=DUE + HOUR)

    assert ticking.alerts() == [f"daily {MISSING}"]


def test_what_could_not_be_published_is_published_by_the_next_tick(ticking: Ticking) -> None:
    add(ticking, 2)
    ticking.world.faults.refuse("Publish", times=1)

    with pytest.raises(DeadlinesNotJudged, match="p000"):
        ticking.tick(at=DUE)
    ticking.tick(at=DUE + MINUTE)

    assert sorted(ticking.alerts()) == [f"p000 {MISSING}", f"p001 {MISSING}"]


def test_two_ticks_at_once_are_one(ticking: Ticking) -> None:
    ticking.add("daily")
    ticking.go_to(DUE)
    answers = []
    with ticking.simulation.wire.meanwhile(2, lambda: answers.append(ticking.tick())):
        ticking.tick()

    assert [answer["reason"] for answer in answers] == ["another tick is at work"]
    assert ticking.alerts() == [f"daily {MISSING}"]


def test_after_a_tick_that_died_the_next_one_waits_until_it_can_not_be_at_work_any_more(
    ticking: Ticking,
) -> None:
    ticking.add("daily")
    ticking.go_to(DUE)
    with ticking.simulation.wire.breaking(2, "crash before"), pytest.raises(Crash):
        ticking.tick()

    reasons = [ticking.tick(at=DUE + minutes * MINUTE)["reason"] for minutes in (1, 2, 3)]

    assert reasons == ["another tick is at work"] * 2 + ["all that was due is judged"]
    assert ticking.alerts() == [f"daily {MISSING}"]


def test_a_pipeline_that_is_on_the_map_no_more_is_forgotten(ticking: Ticking) -> None:
    add(ticking, 2)
    ticking.tick(at=DUE)
    del ticking.tables["p000"]
    ticking.write_map()

    ticking.tick_until(DUE + 20 * MINUTE)

    assert len(ticking.alerts()) == 2
    assert not [item for item in ticking.items if item["sk"] == {"S": "p000"}]


def test_an_empty_map_has_nothing_to_judge(ticking: Ticking) -> None:
    ticking.write_map()

    assert ticking.tick() == {"judged": 0, "told": [], "behind": 0, "reason": "all that was due is judged"}
