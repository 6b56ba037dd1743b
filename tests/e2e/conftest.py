"""One build and one deployment for all end-to-end tests, put back in order before each of them."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from local import bigquery as local_bigquery
from local import slack as local_slack
from local.bigquery import BigQuery
from local.deployed import Operator
from local.embedded_aws import EmbeddedAws, running
from local.loads import connect, prepare
from local.operator_files import FILES
from local.slack import Slack
from local.stack import Build, build, deploy
from tests.e2e.support.alerts import Inbox, subscribed
from tests.e2e.support.gates import Gates, sample_gates
from tests.e2e.support.lake import make_workgroup
from tests.e2e.support.loads import Loads, loads
from tests.e2e.support.months import LOG_GROUP, Month, last_months, log_group
from tests.e2e.support.order import put_in_order
from tests.e2e.support.pipelines import UNTOUCHED, Pipelines, pipelines
from tests.e2e.support.preparation import PARAMETERS, encrypt_topics, heartbeat_secret, leave_the_spool_alone
from tests.e2e.support.resources import name_of
from tests.monitor import Monitor, listening

WAITS = 0.02
"""Waits and retry intervals of the state machines take a fiftieth of their time."""
FAST_WAITS = 0.001
"""The ten minutes between two checks of a load take 0.6 seconds."""


def silent(_text: str) -> None:
    """What the build and the deployment have to say is in their logs."""


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Everything that `sam build` makes, and its copy for the embedded AWS."""
    return build(tmp_path_factory.mktemp("app"), files=FILES, say=silent)


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    """An embedded AWS that enforces IAM."""
    with running(tmp_path_factory.mktemp("aws")) as embedded:
        yield embedded


@pytest.fixture(scope="session")
def bigquery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BigQuery]:
    """Where the loads of the stack go."""
    with local_bigquery.running(tmp_path_factory.mktemp("bigquery")) as warehouse:
        yield warehouse


@pytest.fixture(scope="session")
def slack() -> Iterator[Slack]:
    """Where the notices of the stack go."""
    with local_slack.receiving() as received:
        yield received


@pytest.fixture(scope="session")
def monitor() -> Iterator[Monitor]:
    """Hears the watchdog's heartbeats."""
    with listening() as heard:
        yield heard


@pytest.fixture(scope="session")
def deployed(aws: EmbeddedAws, built: Build, bigquery: BigQuery, slack: Slack, monitor: Monitor) -> Operator:
    """The stack with its samples and a weekly load."""
    make_workgroup(aws)
    parameters = PARAMETERS | prepare(aws, bigquery, slack) | heartbeat_secret(aws, monitor.url)
    operator = Operator(aws, deploy(aws, built, parameters, say=silent))
    connect(operator, bigquery)
    aws.scale_waits(WAITS)
    encrypt_topics(operator)
    leave_the_spool_alone(operator)
    return operator


@pytest.fixture
def operator(deployed: Operator) -> Operator:
    """The operator of a stack on which nothing runs, waits, is held closed or was told."""
    put_in_order(deployed)
    return deployed


@pytest.fixture
def nightly(operator: Operator) -> Iterator[Pipelines]:
    """Pipelines of this test alone."""
    with pipelines(operator) as made:
        yield made


@pytest.fixture
def untouched(operator: Operator) -> Iterator[Pipelines]:
    """Pipelines of this test that know nothing of Stepkeeper, whose failed runs are to be spooled."""
    with pipelines(operator, UNTOUCHED) as made:
        yield made


@pytest.fixture
def events_arrive(operator: Operator) -> Iterator[None]:
    """Failed runs are spooled by their events."""
    rule = name_of(operator, "SpoolFailedRunsRule")
    operator.client("events").enable_rule(Name=rule)
    yield
    operator.client("events").disable_rule(Name=rule)


@pytest.fixture
def inbox(operator: Operator, nightly: Pipelines) -> Iterator[Inbox]:
    """Gets the alerts about the pipelines of this test."""
    with subscribed(operator, nightly.prefix, pipeline=[{"prefix": nightly.prefix}]) as subscription:
        yield subscription


@pytest.fixture
def gates(operator: Operator) -> Gates:
    """The gates of the sample report, with the rule on that closes them when the pipeline has failed."""
    operator.client("events").enable_rule(Name=name_of(operator, "CloseGatesRule"))
    return sample_gates(operator)


@pytest.fixture
def months() -> list[Month]:
    """Those that are to be exported, oldest first."""
    return last_months(3)


@pytest.fixture
def logs(operator: Operator, months: list[Month]) -> Iterator[None]:
    """Lines of all of these months, in a log group that is older than they are."""
    with log_group(operator, LOG_GROUP, months, created=months[0].start - timedelta(days=40)):
        yield


@pytest.fixture
def weekly(operator: Operator, bigquery: BigQuery, slack: Slack) -> Iterator[Loads]:
    """A weekly load of this test alone, whose data is not there yet."""
    with loads(operator, bigquery, slack) as made:
        yield made


@pytest.fixture
def hurried(operator: Operator) -> Iterator[None]:
    """Waits are shorter still."""
    operator.aws.scale_waits(FAST_WAITS)
    yield
    operator.aws.scale_waits(WAITS)
