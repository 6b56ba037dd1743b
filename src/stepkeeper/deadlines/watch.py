"""What a tick knows, and what it has done so far."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from botocore.exceptions import BotoCoreError, ClientError

from stepkeeper import clock
from stepkeeper.aws import sns
from stepkeeper.aws.clients import client
from stepkeeper.deadlines.lists import Lists
from stepkeeper.domain.alert import Alert
from stepkeeper.domain.deadline import Expected
from stepkeeper.domain.incident import Incident
from stepkeeper.domain.pipeline import Pipeline
from stepkeeper.domain.standing import EndedRun
from stepkeeper.domain.tick import Progress
from stepkeeper.errors import StepkeeperError
from stepkeeper.pipelines.place import Place
from stepkeeper.pipelines.schedules import Schedules

FAILURES = (StepkeeperError, ClientError, BotoCoreError)
"""What keeps one pipeline from being judged keeps no other from it."""


ALERT_TOPIC = "email"
"""The notifier's name for the topic that alerts go to anyway."""


@dataclass
class Watch:
    """One tick. `successes` are those it met of pipelines whose incident they end, by name.

    `listed` are the pipelines whose runs it has seen already, `settled` those whose downstream starts soon.
    """

    place: Place
    alert_topic_arn: str
    schedules: Schedules
    progress: Progress
    lists: Lists
    now: datetime
    expected: Mapping[str, Expected]
    incidents: dict[str, Incident]
    successes: dict[str, EndedRun] = field(default_factory=dict)
    listed: set[str] = field(default_factory=set)
    behind: dict[str, datetime] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    judged: int = 0
    told: list[str] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)

    def has_time(self, share: timedelta) -> bool:
        """Whether less than this has passed since the tick began."""
        return clock.now() - self.now < share

    def tell(self, pipeline: Pipeline, alert: Alert) -> None:
        """Publishes an alert, and where the pipeline has a channel tells that as well.

        Once it is published, people know: a notice that could not be sent is a problem, and no reason to
        publish it again.
        """
        sns.publish(client("sns"), self.alert_topic_arn, alert)
        self.told.append(alert.subject)
        if pipeline.channel and pipeline.channel != ALERT_TOPIC:
            with self.naming(pipeline.name):
                self.place.tell(pipeline, alert.body)

    @contextmanager
    def naming(self, name: str) -> Iterator[None]:
        """Keeps what goes wrong with a pipeline in this block, to be raised in the end."""
        try:
            yield
        except FAILURES as error:
            self.problems[name] = f"{name} ({type(error).__name__}: {error})"
