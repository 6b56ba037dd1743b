"""One field of a cron expression: its lists, ranges, steps and names, read as numbers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

ITEM = re.compile(r"(\*|([0-9A-Z]+)(?:-([0-9A-Z]+))?)(?:/([0-9]+))?")


@dataclass(frozen=True)
class Field:
    """What a field may hold. `names` stand for its numbers, from `least` on.

    A range of a `cyclic` one may go on from the beginning, as in FRI-MON and 22-2.
    """

    name: str
    least: int
    most: int
    wildcards: str = ", - * /"
    names: tuple[str, ...] = ()
    cyclic: bool = True

    @property
    def values(self) -> str:
        """As the tables of the EventBridge User Guide write them."""
        named = f" or {self.names[0]}-{self.names[-1]}" if self.names else ""
        return f"{self.least}-{self.most}{named}"


# Nearly every expression has the same 230 years: of thousands of schedules, each would keep its own.
@lru_cache(maxsize=1024)
def numbers(text: str, field: Field) -> tuple[int, ...]:
    """The numbers that a field in capital letters stands for, in their order.

    Raises ValueError, with the reason.
    """
    return tuple(sorted({number for item in text.split(",") for number in _numbers_of(item, field)}))


def number(text: str, field: Field) -> int:
    """The number that a figure or a name stands for. Raises ValueError, with the reason."""
    if text in field.names:
        return field.least + field.names.index(text)
    if text.isdecimal() and field.least <= int(text) <= field.most:
        return int(text)
    raise ValueError(f"{text!r} is not one of {field.values}")


def _numbers_of(item: str, field: Field) -> Iterable[int]:
    match = ITEM.fullmatch(item)
    if not match:
        raise ValueError(f"{item!r} is neither a value nor a range nor a step")
    span, first_text, last_text, step_text = match.groups()
    step = int(step_text or 1)
    if step == 0:
        raise ValueError(f"the step of {item!r} is not 1 or more")
    if span == "*":
        return range(field.least, field.most + 1, step)
    first = number(first_text, field)
    last = number(last_text, field) if last_text else (field.most if step_text else first)
    size = field.most - field.least + 1
    if last < first:
        if not field.cyclic:
            raise ValueError(f"{item!r} ends before it begins")
        last += size
    return (field.least + (value - field.least) % size for value in range(first, last + 1, step))
