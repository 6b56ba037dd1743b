"""What comes of many pipelines whose schedules are read side by side."""

from datetime import UTC, datetime, timedelta

import pytest

from stepkeeper.deadlines.errors import DeadlinesNotJudged
from stepkeeper.pipelines.schedules import MANY
from tests.handlers.ticking import MINUTE, Ticking

DUE = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize("how", ["gone", "throttled"])
def test_of_many_pipelines_the_one_whose_gate_can_not_be_read_is_named_and_the_others_are_judged(
    ticking: Ticking, how: str
) -> None:
    for index in range(MANY + 5):
        ticking.add(f"p{index:02}")
    ticking.tick(at=DUE - MINUTE)
    ticking.forget_schedules()
    if how == "gone":
        ticking.world.schedules.remove("start-p03")
    else:
        ticking.world.faults.refuse("GetSchedule", when=lambda sent: sent["Name"] == "start-p03")

    with pytest.raises(DeadlinesNotJudged, match=r"^1 problems. p03 \((GateNotFound|ThrottlingException)"):
        ticking.tick(at=DUE)

    assert len(ticking.alerts()) == MANY + 4


def test_what_is_known_is_judged_also_where_no_time_is_left_to_read_more(ticking: Ticking) -> None:
    for index in range(MANY):
        ticking.add(f"p{index:02}")
    ticking.tick(at=DUE - MINUTE)
    ticking.add("new")
    ticking.go_to(DUE)

    with ticking.simulation.wire.meanwhile(2, lambda: ticking.world.clock.move(timedelta(seconds=26))):
        behind = ticking.tick()["behind"]

    assert behind == 1
    assert len(ticking.alerts()) == MANY
