"""Athena as an engine. The workgroup says where results go, and what a query may cost."""

from pydantic import Field

from stepkeeper.aws import athena
from stepkeeper.aws.clients import client
from stepkeeper.domain.athena_sql import by_position
from stepkeeper.domain.query import Engine, Finished, Parameters, Running
from stepkeeper.settings import Settings


class AthenaSettings(Settings):
    athena_workgroup: str = Field(min_length=1)


def connect(region: str) -> Engine:
    """Athena in a Region."""
    return Athena(region, AthenaSettings.read().athena_workgroup)


class Athena:
    """One workgroup in one Region."""

    def __init__(self, region: str, workgroup: str) -> None:
        self._client = client("athena", region)
        self._workgroup = workgroup

    def start(self, sql: str, parameters: Parameters, *, token: str) -> str:
        """Starts the query, or joins the one that was started with this token, and gives its id."""
        statement, literals = by_position(sql, parameters)
        return athena.start_query(
            self._client, sql=statement, literals=literals, token=token, workgroup=self._workgroup
        )

    def look(self, query_id: str) -> Running | Finished:
        """How far the query is."""
        return athena.look(self._client, query_id)
