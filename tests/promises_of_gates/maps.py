"""Maps of three to six pipelines, each made up from a number."""

from dataclasses import dataclass
from functools import cache, cached_property
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from stepkeeper.domain.schedule import Schedule, parse_schedule
from tests.simulated.world import World

EXPRESSIONS = (
    "cron(0 * * * ? *)", "cron(0 * * * ? *)", "cron(30 * * * ? *)", "cron(0 0/2 * * ? *)",
    "cron(10 0/3 * * ? *)", "cron(0 5 * * ? *)", "cron(0 6 ? * SAT *)", "cron(1 * * * ? *)",
)  # fmt: skip
REOPENS = ("on-success",) * 8 + ("by-hand", "at 06:00 UTC", "at 16:30 Asia/Tokyo")
MISSED = ("run-all", "run-all", "run-once", "run-once", "drop")
INPUTS = ('{"by": "gate"}', "{}", '{"at": "<aws.scheduler.scheduled-time>"}')


@dataclass(frozen=True)
class Planned:
    """A pipeline of a map. `gate` is empty where nothing starts it by itself."""

    name: str
    gate: str
    expression: str
    zone: str
    input: str | None
    blocks: tuple[str, ...]
    reopen: str
    missed: str

    @cached_property
    def schedule(self) -> Schedule:
        return parse_schedule(self.expression, time_zone=ZoneInfo(self.zone))

    @property
    def table(self) -> str:
        """As it is written in the file."""
        lines = [f"[pipelines.{self.name}]", f'state_machine = "{self.name}"', f'reopen = "{self.reopen}"']
        lines += [f"blocks = {list(self.blocks)}".replace("'", '"')] if self.blocks else []
        if self.gate:
            lines += [f'started_by = "{self.gate}"', f'missed = "{self.missed}"']
        return "\n".join(lines)

    def build(self, world: World) -> None:
        """Adds the state machine and the gate."""
        arn, name = world.step_functions.add_machine(self.name), self.gate.rpartition("/")[2]
        if self.gate.startswith("rule/"):
            target = {"Arn": arn} | ({"Input": self.input} if self.input is not None else {})
            world.rules.add(name, expression=self.expression, targets=[target], Description="kept")
        elif self.gate:
            more: dict[str, Any] = {"Description": "kept"}
            world.schedules.add(
                name, expression=self.expression, zone=self.zone, starts=arn, input=self.input, **more
            )


@cache
def planned(seed: int) -> tuple[Planned, ...]:
    """The pipelines in the order of the file: each blocks some of those after it."""
    random = Random(f"map {seed}")  # noqa: S311 - it guards nothing
    names = [f"p{number}" for number in range(random.choice((3, 3, 3, 4, 4, 5, 6)))]
    return tuple(_planned(random, names, number) for number in range(len(names)))


def _planned(random: Random, names: list[str], number: int) -> Planned:
    name, later = names[number], names[number + 1 :]
    blocks = [each for each in later if random.random() < 0.4]
    if number == 0 and not blocks:
        blocks = [random.choice(later)]
    is_rule = random.random() < 0.5
    gate = f"rule/start-{name}" if is_rule else f"schedule/default/start-{name}"
    return Planned(
        name=name,
        gate="" if number == 0 and random.random() < 0.15 else gate,
        expression=random.choice(EXPRESSIONS),
        zone="UTC" if is_rule else random.choice(("UTC", "Asia/Tokyo", "Asia/Kolkata")),
        input=random.choice(INPUTS[:2] if is_rule else INPUTS),
        blocks=tuple(blocks),
        reopen=random.choice(REOPENS),
        missed=random.choice(MISSED),
    )


def upstream_of(pipelines: tuple[Planned, ...]) -> dict[str, list[Planned]]:
    """By pipeline, all those whose trouble is to keep it from starting."""
    found: dict[str, list[Planned]] = {each.name: [] for each in pipelines}
    for each in pipelines:  # each blocks later ones only
        for blocked in each.blocks:
            found[blocked] += [new for new in (*found[each.name], each) if new not in found[blocked]]
    return found
