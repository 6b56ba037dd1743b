"""The map: what depends on what, and which pipeline a gate or a state machine belongs to."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from stepkeeper.domain.gate import Gate
from stepkeeper.domain.pipeline import Pipeline, state_machine_name


@dataclass(frozen=True)
class PipelineMap:
    """The pipelines in the order of the file, without the mistakes that `map_mistakes` finds."""

    pipelines: tuple[Pipeline, ...] = ()

    def named(self, name: str) -> Pipeline:
        """The pipeline of this name. Raises KeyError."""
        return self._by_name[name]

    def downstream(self, name: str) -> tuple[Pipeline, ...]:
        """All that a failure of this pipeline blocks, each once: the nearest first, as `blocks` lists them.

        Raises KeyError.
        """
        found = {name: self.named(name)}
        waiting = deque([name])
        while waiting:
            for blocked in self.named(waiting.popleft()).blocks:
                if blocked not in found:
                    found[blocked] = self.named(blocked)
                    waiting.append(blocked)
        return tuple(found.values())[1:]

    def blockers(self, name: str) -> tuple[Pipeline, ...]:
        """The pipelines that name this one in their `blocks`, in the order of the file. Raises KeyError."""
        return self._blockers[name]

    def upstream(self, name: str) -> frozenset[str]:
        """The names of all whose failure blocks this pipeline. Raises KeyError."""
        found: set[str] = set()
        waiting = [self.named(name).name]
        while waiting:
            blockers = {pipeline.name for pipeline in self.blockers(waiting.pop())} - found
            found |= blockers
            waiting += blockers
        return frozenset(found)

    def of_gate(self, gate: Gate) -> Pipeline | None:
        """The pipeline that the gate starts."""
        return self._by_gate.get(gate)

    def of_state_machine(self, name_or_arn: str) -> Pipeline | None:
        """The pipeline whose runs are those of the state machine.

        Where only one of the two sides is an ARN, the names are compared. Two ARNs have to be equal: a
        namesake in another account or Region is another state machine.
        """
        pipeline = self._by_state_machine.get(state_machine_name(name_or_arn))
        if pipeline is None or ":" not in name_or_arn or ":" not in pipeline.state_machine:
            return pipeline
        return pipeline if pipeline.state_machine == name_or_arn else None

    @cached_property
    def _by_name(self) -> Mapping[str, Pipeline]:
        return {pipeline.name: pipeline for pipeline in self.pipelines}

    @cached_property
    def _by_gate(self) -> Mapping[Gate, Pipeline]:
        return {pipeline.started_by: pipeline for pipeline in self.pipelines if pipeline.started_by}

    @cached_property
    def _by_state_machine(self) -> Mapping[str, Pipeline]:
        return {state_machine_name(pipeline.state_machine): pipeline for pipeline in self.pipelines}

    @cached_property
    def _blockers(self) -> Mapping[str, tuple[Pipeline, ...]]:
        found: dict[str, list[Pipeline]] = {pipeline.name: [] for pipeline in self.pipelines}
        for pipeline in self.pipelines:
            for blocked in pipeline.blocks:
                found[blocked].append(pipeline)
        return {name: tuple(blockers) for name, blockers in found.items()}
