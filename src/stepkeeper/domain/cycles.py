"""Cycles among pipelines that block each other."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence

Blocks = Mapping[str, Sequence[str]]
"""For each pipeline the pipelines that it blocks, all of them keys as well."""


def cycles(blocks: Blocks) -> Iterator[tuple[str, ...]]:
    """So many cycles that whoever is on one is in one of them; each without its first pipeline repeated.

    Not all that there are: those can be exponentially many.
    """
    named: set[str] = set()
    left = _never_free(blocks)
    for name in left:
        if name not in named and (cycle := _shortest_cycle(name, left)):
            named.update(cycle)
            yield cycle


def _never_free(blocks: Blocks) -> Blocks:
    """What is left when pipelines that nothing blocks are taken away, again and again. It has all cycles."""
    upstreams = dict.fromkeys(blocks, 0)
    for blocked in blocks.values():
        for name in blocked:
            upstreams[name] += 1
    free = [name for name, count in upstreams.items() if count == 0]
    for name in free:  # grows meanwhile
        for blocked in blocks[name]:
            upstreams[blocked] -= 1
            if upstreams[blocked] == 0:
                free.append(blocked)
    return {name: blocks[name] for name, count in upstreams.items() if count > 0}


def _shortest_cycle(start: str, blocks: Blocks) -> tuple[str, ...]:
    """From `start` by way of what it blocks up to the one that blocks `start`; empty where there is none."""
    came_from: dict[str, str | None] = {start: None}
    waiting = deque([start])
    while waiting:
        name = waiting.popleft()
        for blocked in blocks[name]:
            if blocked == start:
                return tuple(reversed(list(_way_back(name, came_from))))
            if blocked not in came_from:
                came_from[blocked] = name
                waiting.append(blocked)
    return ()


def _way_back(name: str, came_from: Mapping[str, str | None]) -> Iterator[str]:
    at: str | None = name
    while at is not None:
        yield at
        at = came_from[at]
