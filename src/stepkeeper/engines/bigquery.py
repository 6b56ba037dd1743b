"""BigQuery as an engine, through google-cloud-bigquery, which only the layer of the query runner has."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from google.api_core.exceptions import (
    ClientError,
    Conflict,
    GoogleAPICallError,
    NotFound,
    RetryError,
    Unauthorized,
)
from google.auth.exceptions import GoogleAuthError, TransportError
from google.cloud.bigquery import Client, QueryJob, QueryJobConfig, ScalarQueryParameter
from google.cloud.bigquery.retry import DEFAULT_RETRY
from pydantic import Field
from requests.exceptions import RequestException

from stepkeeper.aws import secrets
from stepkeeper.aws.clients import client
from stepkeeper.domain.query import Engine, Finished, Parameter, Parameters, Running, json_value
from stepkeeper.errors import CredentialsUnusable, EngineUnavailable, QueryFailed, QueryRefused
from stepkeeper.google_credentials import make_credentials
from stepkeeper.settings import OptionalText, Settings

RETRY = DEFAULT_RETRY.with_timeout(15)
"""Google's own rule of what to try again, for seconds and not for its ten minutes."""

TIMEOUT_SECONDS = 10.0
WITH_ROWS = ("SELECT", "SCRIPT")


class BigQuerySettings(Settings):
    bigquery_project: str = Field(min_length=1)
    bigquery_location: OptionalText
    bigquery_secret_arn: str = Field(min_length=1)


def connect(region: str) -> Engine:  # noqa: ARG001 - an AWS Region says nothing of where BigQuery's data is
    """BigQuery in the project and location that the settings name."""
    settings = BigQuerySettings.read()
    try:
        secret = secrets.read(client("secretsmanager"), settings.bigquery_secret_arn)
    except GetParameterError as error:
        raise EngineUnavailable(f"{settings.bigquery_secret_arn} could not be read: {error}") from error
    return BigQuery(_client(secret, settings))


@lru_cache(maxsize=1)
def _client(secret: str, settings: BigQuerySettings) -> Client:
    """Kept while the Lambda environment lives, and with it the access token; a new secret makes a new one."""
    credentials = make_credentials(secret, source=settings.bigquery_secret_arn)
    return Client(settings.bigquery_project, credentials=credentials, location=settings.bigquery_location)


class BigQuery:
    """One project in one location."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def start(self, sql: str, parameters: Parameters, *, token: str) -> str:
        """Starts the query, or joins the one that was started with this token, which is its job's id."""
        bound = [ScalarQueryParameter(name, type_of(value), value) for name, value in parameters.items()]
        with _errors_named(token):
            try:
                self._client.query(
                    sql,
                    QueryJobConfig(query_parameters=bound),
                    job_id=token,
                    retry=RETRY,
                    timeout=TIMEOUT_SECONDS,
                    job_retry=None,
                )
            except Conflict:
                return token  # started by an earlier try whose answer was lost, or that was repeated
            except ClientError:
                # Permissions and quotas are asked before the id is: an earlier try may have got through.
                if self._job(token) is None:
                    raise
        return token

    def look(self, query_id: str) -> Running | Finished:
        """How far the query is."""
        with _errors_named(query_id):
            job = self._job(query_id)
            if job is None:
                raise EngineUnavailable(f"BigQuery does not know job {query_id} (yet), in this location.")
            if job.state != "DONE":
                return Running()
            if job.error_result:
                raise QueryFailed(f"BigQuery job {query_id} failed: {job.error_result.get('message')}")
            return Finished(return_value=_first_value(job), rows_written=job.num_dml_affected_rows)

    def _job(self, job_id: str) -> QueryJob | None:
        try:
            job = self._client.get_job(job_id, retry=RETRY, timeout=TIMEOUT_SECONDS)
        except NotFound:
            return None
        if not isinstance(job, QueryJob):
            raise QueryRefused(f"BigQuery job {job_id} is no query.")
        return job


def type_of(value: Parameter) -> str:
    """BigQuery's type for a parameter. Text also fits where a DATE or TIMESTAMP is compared with it."""
    match value:
        case bool():
            return "BOOL"
        case int():
            return "INT64"
        case float():
            return "FLOAT64"
    return "STRING"


def _first_value(job: QueryJob) -> object:
    if job.statement_type not in WITH_ROWS:
        return None
    rows = job.result(max_results=1, retry=RETRY, timeout=TIMEOUT_SECONDS, job_retry=None)
    return next((json_value(row[0]) for row in rows if len(row)), None)


@contextmanager
def _errors_named(query_id: str) -> Iterator[None]:
    """Google's many errors have three names here: try again, wrong credentials, refused."""
    try:
        yield
    except (RetryError, TransportError, RequestException, ConnectionError) as error:
        raise EngineUnavailable(f"BigQuery does not answer: {type(error).__name__}: {error}") from error
    except GoogleAuthError as error:
        if error.retryable:
            raise EngineUnavailable(f"Google gives no token now: {error.args[0]}") from error
        raise CredentialsUnusable(f"Google accepts no such credentials: {error.args[0]}") from None
    except Unauthorized as error:
        raise CredentialsUnusable(f"BigQuery accepts no such credentials: {error.message}") from error
    except GoogleAPICallError as error:
        if isinstance(error, ClientError) and error.code != 429:
            raise QueryRefused(f"BigQuery refused job {query_id}: {error.message}") from error
        raise EngineUnavailable(f"BigQuery job {query_id}: {error.message}") from error
