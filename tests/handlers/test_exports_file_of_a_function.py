"""An exports.toml that is wrong stops the bucket checker before anything has happened, and is named."""

import pytest

from stepkeeper.errors import InvalidExports
from tests.handlers.exports import NIGHTLY, Answer, Exports


@pytest.mark.parametrize(
    "event",
    [{}, {"action": "audit"}, {"action": "accept", "log_group": "/a", "period": "2026-10", "reason": "why"}],
    ids=["next", "audit", "accept"],
)
def test_a_mistake_is_named_whatever_is_asked(event: Answer, exports: Exports) -> None:
    exports.choose(f'{NIGHTLY}period = "year"\n')

    with pytest.raises(InvalidExports, match="period"):
        exports.ask("bucket_checker", **event)

    assert exports.simulation.wire.calls == []


def test_a_mistake_stops_a_run_before_it_takes_the_turn(exports: Exports) -> None:
    exports.choose(f'{NIGHTLY}period = "year"\n')

    with pytest.raises(InvalidExports):
        exports.begin()

    assert exports.turn is None
