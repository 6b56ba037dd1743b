"""Scenes 1 and 6: one map of pipelines. The first of a chain fails, and later it recovers."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.panel import Panel

from local.chain import AUDIT, GATES, INGEST, MAIL, REPORT, Chain
from local.chained import make_chain
from local.demo.stage import Stage

SURE_AFTER = timedelta(seconds=70)
"""A start is missed for sure when its gate was closed for more than a minute after it."""


class Night:
    """The chain, from when its first pipeline fails until it has recovered; other scenes come in between."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.report_at = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=2)
        self.mail_at = self.report_at + timedelta(minutes=1)
        self.chain: Chain = make_chain(stage, report_at=self.report_at, mail_at=self.mail_at)
        self.before: dict[str, dict[str, Any]] = {}

    def fails(self, stage: Stage) -> None:
        """The first pipeline fails, and everything downstream is closed."""
        stage.say(
            "The map says: nightly-ingest blocks nightly-report and daily-audit, and nightly-report blocks"
        )
        stage.say(f"weekly-mail. The report starts at {self.report_at:%H:%M} UTC, the mail a minute later.")
        stage.say("A person has disabled the rule that starts daily-audit.")
        for pipeline in (REPORT, MAIL):
            stage.finished(self.chain.start(pipeline, "yesterday"))
        stage.client("events").disable_rule(Name=GATES[AUDIT].rpartition("/")[2])
        self.before = self.chain.gates()
        self.chain.behave(INGEST, well=False)
        stage.say("nightly-ingest [red]FAILS[/]. The gates:")
        stage.finished(self.chain.start(INGEST, "tonight"))
        closed = {GATES[REPORT]: "DISABLED", GATES[MAIL]: "DISABLED"}
        stage.watch(
            "both gates downstream close",
            self.chain.states,
            done=lambda states: closed.items() <= states.items(),
        )
        self._show_notice("people are told")

    def recovers(self, stage: Stage) -> None:
        """The start times have gone by; the first pipeline succeeds, and the others follow."""
        wait = (self.mail_at + SURE_AFTER - datetime.now(UTC)).total_seconds()
        if wait > 0:
            stage.say(
                f"Until {self.mail_at + SURE_AFTER:%H:%M:%S} UTC both start times have gone by for sure."
            )
            time.sleep(wait)
        stage.invoke("GateReconciler", {})
        stage.expect(
            "weekly-mail waits for two by now: nightly-report has missed its start",
            seen=self.chain.owners(MAIL),
            wanted={INGEST, REPORT},
        )
        stage.say("The source is back, and somebody starts nightly-ingest again.")
        self.chain.behave(INGEST, well=True)
        stage.finished(self.chain.start(INGEST, "again"))
        stage.until("the mail is sent", lambda: self._made_up(MAIL))
        opened = {GATES[REPORT]: "ENABLED", GATES[MAIL]: "ENABLED"}
        stage.watch(
            "both gates open", self.chain.states, done=lambda states: opened.items() <= states.items()
        )
        self._show_notice("people are told of that, too")
        stage.expect(
            "each missed start was made up for once, with the input of its gate",
            seen=[self._made_up(REPORT), [run["by"] for run in self._made_up(MAIL)]],
            wanted=[[{"by": "rule"}], ["schedule"]],
        )
        stage.expect(
            "the rule that a person had disabled still is", seen=self._state(AUDIT), wanted="DISABLED"
        )
        stage.expect(
            "rules, schedules and targets are as before, field by field",
            seen=self.chain.gates(),
            wanted=self.before,
        )

    def _made_up(self, pipeline: str) -> list[dict[str, Any]]:
        runs = [run for run in self.chain.runs(pipeline) if run["name"].startswith("missed-")]
        return [self.stage.describe(run["executionArn"])["input"] for run in runs]

    def _state(self, pipeline: str) -> str:
        return self.chain.states()[GATES[pipeline]]

    def _show_notice(self, what: str) -> None:
        """The newest notice about the chain in the channel."""

        def newest() -> str:
            texts = [str(message.payload["text"]) for message in self.stage.slack.messages]
            return next((text for text in reversed(texts) if text.startswith("nightly-")), "")

        text = self.stage.until(what, newest)
        self.stage.console.print(Panel(text, title="#batch", width=100))
