"""Says in the operator's words what pydantic found wrong with pipelines.toml."""

from collections.abc import Sequence

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from stepkeeper.domain.map_mistakes import Mistake, near_match
from stepkeeper.pipeline_keys import shown
from stepkeeper.pipeline_resources import MACHINE_FORMS
from stepkeeper.pipeline_tables import PipelineTable, PipelineTables

A_TABLE = "Allowed: tables [pipelines.NAME]."


def mistake_behind(problem: ErrorDetails) -> Mistake:
    """The mistake behind a problem that the validation of PipelineTables has found."""
    place = [str(part) for part in problem["loc"]]
    if len(place) == 1:
        return Mistake(None, place[0], _why(problem, PipelineTables))
    # "[key]" is how pydantic says that the name itself is wrong.
    is_name = len(place) == 2 or (place[2] == "[key]" and problem["type"] == "value_error")
    return Mistake(place[1], None if is_name else place[2], _why(problem, PipelineTable))


def _why(problem: ErrorDetails, table: type[BaseModel]) -> str:
    match problem["type"]:
        case "value_error":
            return str(problem["ctx"]["error"])
        case "extra_forbidden":
            return _unknown(str(problem["loc"][-1]), list(table.model_fields))
        case "missing":  # only state_machine can be
            return f"is missing. Allowed: {MACHINE_FORMS}."
        case _:
            return f"{shown(problem['input'])} is no table. {A_TABLE}"


def _unknown(key: str, known: Sequence[str]) -> str:
    allowed = A_TABLE if known == ["pipelines"] else f"Allowed: {', '.join(known)}."
    return f"is not a known key.{near_match(key, known)} {allowed}"
