"""Several executions go on side by side, by the clock."""

from datetime import timedelta

from tests.walking.definitions import waiting


def test_two_executions_take_turns_by_the_clock(walker, simulation):
    began, seen = simulation.world.clock.stamp, []

    def look(walk, state, _attempt):
        seen.append((walk.execution.machine.name, state, simulation.world.clock.now() - began))

    walker.before = look
    for name, seconds in (("slow", 90), ("fast", 20)):
        walker.start(walker.add_definition(waiting(seconds), name), "r", {"forever": False})
    walker.walk_all()

    minutes = [(name, state, passed.total_seconds()) for name, state, passed in seen]
    assert minutes == [
        ("slow", "Wait", 0), ("fast", "Wait", 0), ("fast", "Is it over?", 20), ("fast", "End", 20),
        ("slow", "Is it over?", 90), ("slow", "End", 90),
    ]  # fmt: skip


def test_a_test_may_step_in_an_order_of_its_own(walker):
    walks = [walker.start(walker.add_definition(waiting(60), name), "r", {"forever": False}) for name in "ab"]

    while walks[1].step():
        pass

    assert [walk.execution.status for walk in walks] == ["RUNNING", "SUCCEEDED"]


def test_something_else_happens_in_between(walker, simulation):
    began, seen = simulation.world.clock.stamp, []
    walk = walker.start(walker.add_definition(waiting(60)), "r", {"forever": False})

    walker.at(began + timedelta(seconds=30), lambda: seen.append((walk.state, simulation.world.clock.stamp)))
    walker.walk_all()

    assert seen == [("Wait", began + timedelta(seconds=30))]
