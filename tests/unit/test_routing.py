"""The router: exactly one function gets the event, or nothing happens and the error says why."""

from typing import Any, Literal

import pytest
from pydantic import Field

from stepkeeper.errors import GateNotFound, UnroutableEvent
from stepkeeper.routing import Event, EventRouter
from tests.conftest import FakeContext

ARN = "arn:aws:states:ap-northeast-1:123456789012:execution:nightly-orders:2026-11-21-0300"


class Close(Event):
    """{"close": "<gate>", "for"?: "orders" | "bills"}"""

    close: str = Field(min_length=1)
    owner: Literal["orders", "bills"] | None = Field(default=None, alias="for")


class Rerun(Event):
    """{"execution": "<execution ARN>"}

    A second paragraph, which no error message needs.
    """

    execution: str

    @property
    def correlation_id(self) -> str:
        return self.execution


@pytest.fixture
def router(request: pytest.FixtureRequest) -> EventRouter:
    """A router of its own for each test: Powertools keeps one logger for each service."""
    router = EventRouter(request.node.name)

    @router.on(Close)
    def close(event: Close, _context: Any) -> Any:
        return ["closed", event.close]

    @router.on(Rerun)
    def rerun(event: Rerun, _context: Any) -> Any:
        if event.execution == "missing":
            raise GateNotFound("There is no such gate.")
        return ["run", event.execution]

    return router


@pytest.mark.parametrize(
    ("event", "answer"),
    [
        ({"close": "rule/a"}, ["closed", "rule/a"]),
        ({"close": "rule/a", "for": "bills"}, ["closed", "rule/a"]),
        ({"execution": ARN}, ["run", ARN]),
    ],
)
def test_an_event_goes_to_the_function_of_the_one_model_that_it_fits(
    router: EventRouter, context: FakeContext, event: Any, answer: Any
) -> None:
    assert router(event, context) == answer


def test_an_event_that_fits_no_model_is_told_every_shape_and_what_is_wrong_with_it(
    router: EventRouter, context: FakeContext, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(UnroutableEvent) as refusal:
        router({"close": "", "for": "Orders", "by": "me"}, context)

    assert (
        str(refusal.value)
        == (
            f"{request.node.name} does not know this event; nothing was done. It takes: "
            '{"close": "<gate>", "for"?: "orders" | "bills"} (no: '
            "close: String should have at least 1 character, for: Input should be 'orders' or 'bills', "
            "by: Extra inputs are not permitted)"
            '; or {"execution": "<execution ARN>"} (no: '
            "execution: Field required, close: Extra inputs are not permitted, "
            "for: Extra inputs are not permitted, by: Extra inputs are not permitted).",
        )[0]
    )


def test_an_event_with_many_problems_is_told_the_first_few_and_how_many_more_there_are(
    router: EventRouter, context: FakeContext
) -> None:
    with pytest.raises(UnroutableEvent, match=r" and 9996 more\); or .* and 9996 more\)\.$"):
        router({f"field-{number}": number for number in range(10_000)}, context)


def test_an_event_that_fits_two_models_goes_to_neither(context: FakeContext) -> None:
    class AlsoClose(Event):
        """{"close": <anything>}"""

        close: Any

    ambiguous = EventRouter("ambiguous")
    done: list[Event] = []
    ambiguous.on(Close)(lambda event, _context: done.append(event))
    ambiguous.on(AlsoClose)(lambda event, _context: done.append(event))

    with pytest.raises(UnroutableEvent, match=r"the event fits Close and AlsoClose"):
        ambiguous({"close": "rule/a"}, context)

    assert done == []


def test_what_a_function_raises_comes_out_as_it_is(router: EventRouter, context: FakeContext) -> None:
    with pytest.raises(GateNotFound, match=r"^There is no such gate\.$"):
        router({"execution": "missing"}, context)
