"""What the operator is told of a file that is refused."""

from collections.abc import Callable

import pytest


def lines_about(
    text: bytes, parse: Callable[[bytes], object], refused_as: type[Exception], file: str
) -> list[str]:
    """The lines of the message, one for each mistake, without the first, which counts them."""
    with pytest.raises(refused_as) as refused:
        parse(text)
    first, *lines = str(refused.value).splitlines()
    count = "a mistake" if len(lines) == 1 else f"{len(lines)} mistakes"
    assert first == f"{file} has {count}; nothing was done."
    return lines
