"""Webhooks and BigQuery's key are in Secrets Manager alone, whatever goes well or wrong."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from local.bigquery import BigQuery
from local.deployed import Operator
from local.loads import CHANNELS
from local.slack import Answer, Slack
from local.stack import Build
from tests.e2e.support.loads import Loads
from tests.e2e.support.resources import held, renew
from tests.e2e.support.secrecy import found, places

pytestmark = pytest.mark.usefixtures("hurried")

SLACK, BIGQUERY = "stepkeeper/slack", "stepkeeper/bigquery"
READERS = {SLACK: "Notifier", BIGQUERY: "QueryRunner"}


@contextmanager
def holding(operator: Operator, secret: str, text: str) -> Iterator[None]:
    """Somebody puts something else into a secret for a while; whoever has read it before forgets it."""
    secrets = operator.client("secretsmanager")
    right = secrets.get_secret_value(SecretId=secret)["SecretString"]
    secrets.put_secret_value(SecretId=secret, SecretString=text)
    renew(operator, READERS[secret])
    try:
        yield
    finally:
        secrets.put_secret_value(SecretId=secret, SecretString=right)
        renew(operator, READERS[secret])


@dataclass
class Happenings:
    """Loads that go well and that go wrong, one after another."""

    weekly: Loads
    runs: list[dict[str, Any]] = field(default_factory=list)

    def load(self, **changes: object) -> None:
        """One load, to its end."""
        name = f"{self.weekly.name}-{len(self.runs)}"
        self.runs.append(self.weekly.run(load=name, **changes))

    def load_untold(self, *answers: Answer, **changes: object) -> None:
        """One load, both notices of which can not be delivered."""
        kept = self._kept()
        self.weekly.slack.answer_next(*answers)
        self.load(**changes)
        self.weekly.operator.until("both notices are kept", lambda: self._kept() >= kept + 2)

    def _kept(self) -> int:
        return held(self.weekly.operator, "FailedTriggersQueueUrl")


def unusable_webhooks(webhooks: dict[str, str]) -> list[str]:
    """Mistakes that a person makes with the secret of the webhooks."""
    return [
        json.dumps(webhooks)[:-1],
        json.dumps(list(webhooks.values())),
        json.dumps({channel: f"{url} " for channel, url in webhooks.items()}),
        json.dumps({channel: url.removeprefix("http://") for channel, url in webhooks.items()}),
    ]


def unusable_credentials(credentials: dict[str, str]) -> list[str]:
    """Mistakes that a person makes with the secret of BigQuery, and a key that Google does not know."""
    return [
        json.dumps(credentials)[:-1],
        json.dumps([credentials]),
        json.dumps({name: credentials[name] for name in ("type", "private_key")}),
        json.dumps(credentials | {"private_key": credentials["private_key"].replace("-----", "")}),
        json.dumps(credentials | {"client_email": "somebody-else"}),
    ]


def test_no_secret_is_anywhere_but_in_secrets_manager(
    operator: Operator, weekly: Loads, bigquery: BigQuery, slack: Slack, built: Build
) -> None:
    began, loads = datetime.now(UTC), Happenings(weekly)
    webhooks = {channel: slack.webhook(channel) for channel in CHANNELS}
    key_lines = bigquery.credentials["private_key"].splitlines()[1:-1]
    weekly.deliver(1)

    loads.load()
    weekly.until_told("loaded")
    for answer in (Answer(403, f"Forbidden: {webhooks['#batch']}"), Answer(404, "no_service")):
        loads.load_untold(answer, answer)
    loads.load_untold(channels={"progress": "#unknown"})
    for text in unusable_webhooks(webhooks):
        with holding(operator, SLACK, text):
            loads.load_untold()
    for text in unusable_credentials(bigquery.credentials):
        with holding(operator, BIGQUERY, text):
            loads.load()

    seen = found(
        {
            "a load": [weekly.name],
            "a handler": ["stepkeeper.handlers.notifier"],
            "a table": ["warehouse.sales"],
            "a webhook": [part for url in webhooks.values() for part in url.split("/")[-2:]],
            "the key": key_lines,
            "a token": ["ya29."],
        },
        places(operator, built, since=began),
    )
    assert [(run["status"], run.get("error")) for run in loads.runs] == (
        [("SUCCEEDED", None)] * 8 + [("FAILED", "CredentialsUnusable")] * 5
    )
    # So far, that the search finds what is there.
    assert seen["a load"] >= {"logs", "runs", "kept calls", "state table"}
    assert seen["a handler"] >= {"artifact", "functions", "stack"}
    assert seen["a table"] >= {"objects"}
    assert (seen["a webhook"], seen["the key"], seen["a token"]) == (set(), set(), set())
