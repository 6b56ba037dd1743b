"""How pipelines stand, as the state table remembers it in whichever order it is told."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from stepkeeper.aws import standings
from stepkeeper.aws.clients import client
from stepkeeper.domain.standing import EndedRun, Standing
from tests.conftest import Stack

NOON = datetime(2026, 11, 21, 12, 0, 0, 123000, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

FIRST = EndedRun("arn:first", "SUCCEEDED", NOON, NOON + 9 * MINUTE)
SECOND = EndedRun("arn:second", "FAILED", NOON + MINUTE, NOON + 2 * MINUTE)
SECOND_SEEN_LATER = EndedRun("arn:second", "FAILED", NOON + MINUTE, NOON + 5 * MINUTE)
REDRIVEN = EndedRun("arn:second", "TIMED_OUT", NOON + MINUTE, NOON + 7 * MINUTE, 1)


def stands(stack: Stack, name: str = "ingest") -> Standing:
    return standings.read_standings(client("dynamodb"), stack.state_table, [name])[name]


def test_nothing_is_known_of_a_pipeline_that_never_ran(stack: Stack) -> None:
    assert stands(stack) == Standing()


@pytest.mark.parametrize(
    ("runs", "standing"),
    [
        ((FIRST, SECOND), Standing(ended=SECOND, succeeded=FIRST)),
        ((FIRST, SECOND, REDRIVEN), Standing(ended=REDRIVEN, succeeded=FIRST)),
        ((SECOND, SECOND_SEEN_LATER), Standing(ended=SECOND)),
        ((FIRST, FIRST), Standing(ended=FIRST, succeeded=FIRST)),
    ],
)
def test_in_any_order_it_comes_to_the_same_as_in_the_domain(
    runs: tuple[EndedRun, ...], standing: Standing, stack: Stack
) -> None:
    for number, order in enumerate(permutations(runs)):
        in_domain = Standing()
        for run in order:
            standings.note_run(client("dynamodb"), stack.state_table, f"p{number}", run)
            in_domain = in_domain.with_run(run)

        assert stands(stack, f"p{number}") == in_domain == standing


def test_a_standing_is_added_to_what_is_known(stack: Stack) -> None:
    standings.note_run(client("dynamodb"), stack.state_table, "ingest", SECOND)
    standings.note_standing(client("dynamodb"), stack.state_table, "ingest", Standing(FIRST, FIRST))
    standings.note_standing(client("dynamodb"), stack.state_table, "ingest", Standing())

    assert stands(stack) == Standing(ended=SECOND, succeeded=FIRST)
    assert stands(stack, "report") == Standing()


def test_many_are_read_at_once_and_each_once(stack: Stack) -> None:
    names = [f"p{number}" for number in range(120)]
    for name in names[::40]:
        standings.note_run(client("dynamodb"), stack.state_table, name, FIRST)

    found = standings.read_standings(client("dynamodb"), stack.state_table, [*names, *names])

    assert list(found) == names
    assert [name for name in names if found[name].ended] == names[::40]
