"""The engines that run SQL. A module here is an engine: it has `connect(region) -> Engine`."""

import importlib
import pkgutil
from typing import Annotated

from pydantic import AfterValidator

from stepkeeper.domain.query import Engine

ENGINES = sorted(module.name for module in pkgutil.iter_modules(__path__))


def _known(engine: str) -> str:
    if engine not in ENGINES:
        raise ValueError(f"should be one of {', '.join(ENGINES)}")
    return engine


EngineName = Annotated[str, AfterValidator(_known)]
"""`athena`"""


def connect(engine: str, region: str) -> Engine:
    """The engine of this name. Its packages are imported only now: nobody else pays for them."""
    connected: Engine = importlib.import_module(f"{__name__}.{engine}").connect(region)
    return connected
