"""Of which state machines the failed runs are spooled by their events."""

import pytest

from stepkeeper.domain.error_spooler import choose

OWN = ("stepkeeper-drain_spool", "stepkeeper-export_logs")


@pytest.mark.parametrize(
    ("name", "patterns", "chosen"),
    [
        ("nightly-orders", ["nightly-orders"], True),
        ("nightly-orders", ["nightly-*"], True),
        ("nightly-orders", ["*"], True),
        ("nightly-orders", ["weekly-*", "nightly-orders"], True),
        ("nightly-orders", ["nightly-order?"], True),
        ("nightly-order", ["nightly-order?"], False),
        ("nightly-orders", ["nightly"], False),
        ("nightly-orders", ["orders"], False),
        ("nightly-orders", ["Nightly-*"], False),
        ("nightly-orders", [""], False),
        ("nightly-orders", [], False),
        ("夜-orders", ["?-orders"], True),
    ],
)
def test_a_state_machine_is_chosen_by_its_whole_name(name, patterns, chosen):
    choice = choose(name, patterns=patterns, never=OWN)

    assert choice.chosen is chosen
    assert name in choice.reason


@pytest.mark.parametrize("name", OWN)
def test_stepkeepers_own_machines_are_never_chosen_whatever_the_patterns_say(name):
    choice = choose(name, patterns=["*", name], never=OWN)

    assert not choice.chosen
    assert choice.reason == f"{name} is Stepkeeper's own"


def test_a_map_state_inside_a_chosen_machine_is_not_chosen_since_nothing_starts_it_alone():
    choice = choose("nightly-orders/EachOrder", patterns=["*", "nightly-*"], never=OWN)

    assert not choice.chosen
    assert "Map" in choice.reason
