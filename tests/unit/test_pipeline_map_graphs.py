"""Any map without cycles answers as a search of its arrows does; any map with one is refused."""

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepkeeper.domain.cycles import cycles
from stepkeeper.errors import InvalidPipelines
from stepkeeper.pipelines_file import parse_pipelines
from tests.unit.pipelines_toml import blocking

Graph = dict[str, list[str]]

NAMES = st.lists(st.from_regex(r"[0-9A-Za-z][-_0-9A-Za-z]{0,5}", fullmatch=True), max_size=8, unique=True)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    names = draw(NAMES)
    return {
        name: draw(st.lists(st.sampled_from(others), unique=True, max_size=3)) if others else []
        for name in names
        for others in [[other for other in names if other != name]]
    }


@st.composite
def acyclic_graphs(draw: st.DrawFn) -> Graph:
    """Each pipeline blocks only such as come later in an order that is not that of the file."""
    graph = draw(graphs())
    order = draw(st.permutations(list(graph)))
    return {
        name: [blocked for blocked in graph[name] if order.index(blocked) > order.index(name)]
        for name in graph
    }


def reached(graph: Mapping[str, list[str]], start: str) -> dict[str, int]:
    """What can be reached from `start`, and in how many steps, found by widening a set."""
    steps: dict[str, int] = {}
    frontier, step = set(graph[start]), 1
    while frontier:
        steps |= dict.fromkeys(frontier, step)
        frontier = {blocked for name in frontier for blocked in graph[name]} - steps.keys()
        step += 1
    return steps


def has_cycle(graph: Graph) -> bool:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError:
        return True
    return False


@given(acyclic_graphs())
def test_downstream_is_what_can_be_reached_in_the_order_of_the_steps_to_it(graph: Graph) -> None:
    pipelines = parse_pipelines(blocking(graph))

    for name in graph:
        downstream = [pipeline.name for pipeline in pipelines.downstream(name)]
        steps = reached(graph, name)
        assert sorted(downstream) == sorted(steps)
        assert all(steps[nearer] <= steps[farther] for nearer, farther in pairwise(downstream))


@given(acyclic_graphs())
def test_a_pipeline_is_downstream_of_its_blockers_and_of_theirs_and_of_nobody_else(graph: Graph) -> None:
    pipelines = parse_pipelines(blocking(graph))

    for name in graph:
        blockers = [pipeline.name for pipeline in pipelines.blockers(name)]
        upstream = {other for other in graph if pipelines.named(name) in pipelines.downstream(other)}
        assert blockers == [other for other in graph if name in graph[other]]
        assert upstream == set(blockers) | {
            other
            for blocker in blockers
            for other in graph
            if pipelines.named(blocker) in pipelines.downstream(other)
        }


@given(acyclic_graphs())
def test_each_pipeline_is_found_by_its_name_gate_and_state_machine(graph: Graph) -> None:
    pipelines = parse_pipelines(blocking(graph))

    assert [pipeline.name for pipeline in pipelines.pipelines] == list(graph)
    for pipeline in pipelines.pipelines:
        assert pipeline.started_by
        assert pipelines.named(pipeline.name) is pipeline
        assert pipelines.of_gate(pipeline.started_by) is pipeline
        assert pipelines.of_state_machine(pipeline.state_machine) is pipeline


@given(graphs())
def test_a_map_is_refused_exactly_when_it_has_a_cycle(graph: Graph) -> None:
    if not has_cycle(graph):
        parse_pipelines(blocking(graph))
        return

    with pytest.raises(InvalidPipelines, match=r"\S+ -> \S+ is a cycle"):
        parse_pipelines(blocking(graph))


@given(graphs())
def test_every_cycle_that_is_told_is_one_and_everybody_on_one_is_in_one_that_is_told(graph: Graph) -> None:
    told = list(cycles(graph))

    for cycle in told:
        assert len(set(cycle)) == len(cycle)
        assert all(blocked in graph[name] for name, blocked in pairwise([*cycle, cycle[0]]))
    assert {name for cycle in told for name in cycle} == {
        name for name in graph if name in reached(graph, name)
    }


def test_cycles_among_thousands_are_found_without_going_through_all_of_them_again_and_again() -> None:
    ring = {f"p{at}": [f"p{(at + 1) % 10_000}"] for at in range(10_000)}
    pairs = {f"q{at}": [f"q{at ^ 1}"] for at in range(1_000)}

    found = list(cycles(ring | pairs))

    assert [len(cycle) for cycle in found] == [10_000] + [2] * 500
