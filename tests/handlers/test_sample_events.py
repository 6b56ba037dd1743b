"""The sample events: each is taken by its handler, and refused when one field of it is wrong."""

import importlib

import pytest

from stepkeeper.errors import (
    InvalidSettings,
    SqlNotFound,
    StepkeeperError,
    UnroutableEvent,
)
from tests.conftest import FakeContext
from tests.handlers.samples import HANDLERS, samples, strangely_changed
from tests.memory import Aws

NOT_THERE = (SqlNotFound,)
"""What the event names is looked up before there is anything to set."""


@pytest.mark.parametrize("handler", HANDLERS)
def test_an_event_that_is_right_but_for_one_field_either_fits_or_is_refused_before_anything_has_happened(
    aws: Aws, context: FakeContext, handler: str
) -> None:
    """Where it fits (an input may be anything), the missing variables of the function stop it."""
    module = importlib.import_module(f"stepkeeper.handlers.{handler}")

    for event in (changed for sample in samples(handler) for changed in strangely_changed(sample)):
        aws.wire.calls.clear()
        with pytest.raises((UnroutableEvent, InvalidSettings, *NOT_THERE)) as refusal:
            module.handler(event, context)

        assert len(str(refusal.value)) < 2_500
        assert aws.wire.calls == [] or isinstance(refusal.value, NOT_THERE)


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("handler", HANDLERS)
def test_every_sample_event_is_taken_by_its_handler(context: FakeContext, handler: str) -> None:
    module = importlib.import_module(f"stepkeeper.handlers.{handler}")
    assert samples(handler)

    for event in samples(handler):
        with pytest.raises(StepkeeperError) as stopped:
            module.handler(event, context)

        assert isinstance(stopped.value, (InvalidSettings, *NOT_THERE))


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("handler", HANDLERS)
def test_no_sample_event_of_another_handler_is_taken(context: FakeContext, handler: str) -> None:
    module = importlib.import_module(f"stepkeeper.handlers.{handler}")
    own = samples(handler)
    own_types = [event["detail-type"] for event in own if "detail-type" in event]
    strange = [event for other in HANDLERS for event in samples(other) if event not in own]

    for event in strange:
        if event.get("detail-type") in own_types:
            continue  # EventBridge sends the same to all who want it
        with pytest.raises(UnroutableEvent):
            module.handler(event, context)
