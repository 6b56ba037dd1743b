"""What the map answers: who is downstream, who blocks, and whose gate or state machine it is."""

from dataclasses import FrozenInstanceError

import pytest

from stepkeeper.domain.gate import Gate
from stepkeeper.domain.pipeline import Pipeline
from stepkeeper.domain.pipeline_map import PipelineMap

ARN = "arn:aws:states:ap-northeast-1:123456789012:stateMachine"


def pipeline(name: str, *blocks: str, state_machine: str | None = None) -> Pipeline:
    return Pipeline(name, state_machine or f"{name}-machine", Gate("rule", "default", name), blocks=blocks)


def names(pipelines: tuple[Pipeline, ...]) -> list[str]:
    return [pipeline.name for pipeline in pipelines]


DIAMOND = PipelineMap(
    (
        pipeline("last"),
        pipeline("right", "last"),
        pipeline("first", "right", "left"),
        pipeline("left", "far", "last"),
        pipeline("far"),
        pipeline("alone"),
    )
)


@pytest.mark.parametrize(
    ("name", "downstream"),
    [
        ("first", ["right", "left", "last", "far"]),
        ("left", ["far", "last"]),
        ("right", ["last"]),
        ("last", []),
        ("alone", []),
    ],
)
def test_downstream_is_all_that_is_blocked_each_once_and_the_nearest_first(
    name: str, downstream: list[str]
) -> None:
    assert names(DIAMOND.downstream(name)) == downstream


@pytest.mark.parametrize(
    ("name", "blockers"),
    [("last", ["right", "left"]), ("far", ["left"]), ("right", ["first"]), ("first", []), ("alone", [])],
)
def test_only_those_that_name_a_pipeline_block_it_directly(name: str, blockers: list[str]) -> None:
    assert names(DIAMOND.blockers(name)) == blockers


def test_a_chain_of_thousands_is_followed_to_its_end() -> None:
    chain = PipelineMap((*(pipeline(f"p{at}", f"p{at + 1}") for at in range(9_999)), pipeline("p9999")))

    assert names(chain.downstream("p0")) == [f"p{at}" for at in range(1, 10_000)]


@pytest.mark.parametrize("question", ["named", "downstream", "blockers"])
def test_a_name_that_is_not_in_the_map_is_a_key_error(question: str) -> None:
    with pytest.raises(KeyError, match="nobody"):
        getattr(DIAMOND, question)("nobody")


def test_a_gate_is_known_by_its_value() -> None:
    assert DIAMOND.of_gate(Gate("rule", "default", "left")) == DIAMOND.named("left")
    assert DIAMOND.of_gate(Gate("schedule", "default", "left")) is None


def test_pipelines_without_a_gate_are_no_gates_owner() -> None:
    gateless = PipelineMap((Pipeline("a", "m1"), Pipeline("b", "m2")))

    assert gateless.of_gate(Gate("rule", "default", "a")) is None


@pytest.mark.parametrize(
    ("in_the_map", "asked", "found"),
    [
        ("m", "m", True),
        ("m", f"{ARN}:m", True),
        (f"{ARN}:m", f"{ARN}:m", True),
        (f"{ARN}:m", "m", True),
        (f"{ARN}:m", f"{ARN.replace('ap-northeast-1', 'eu-west-1')}:m", False),
        (f"{ARN}:m", f"{ARN.replace('123456789012', '210987654321')}:m", False),
        ("m", "m2", False),
        ("m", f"{ARN}:m2", False),
        ("m", "M", False),
        ("m", "a", False),
    ],
)
def test_a_state_machine_is_known_by_name_and_by_arn(in_the_map: str, asked: str, found: bool) -> None:
    pipelines = PipelineMap((pipeline("a", state_machine=in_the_map), pipeline("b")))

    assert pipelines.of_state_machine(asked) == (pipelines.named("a") if found else None)


def test_a_map_is_a_value_that_nobody_can_change() -> None:
    one, other = PipelineMap((pipeline("a"),)), PipelineMap((pipeline("a"),))
    one.blockers("a")

    assert (one, hash(one)) == (other, hash(other))
    with pytest.raises(FrozenInstanceError):
        one.pipelines = ()  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        one.named("a").blocks = ("b",)  # type: ignore[misc]
