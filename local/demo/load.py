"""Scene 8: a weekly load waits until its data has come, loads it once, and tells people in Slack."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from local.demo.stage import Stage
from local.loads import deliver, loaded
from local.slack import show

TOKYO = ZoneInfo("Asia/Tokyo")
ROWS = 1_000
WAITS = 0.002
"""The 10 minutes between two checks take 1.2 seconds."""


def play(stage: Stage) -> None:
    """The data comes late and is loaded once, however often the load is started; other data never comes."""
    stage.aws.scale_waits(WAITS)
    open_gate(stage)
    due = _thursday()
    monday = due.date() - timedelta(days=due.weekday())
    week = f"{due:%G-W%V}"
    deliver(stage.bigquery, week=monday - timedelta(days=7), rows=3)

    stage.say(f"It is Thursday, {due:%d %B, %H:%M} in Tokyo. The sales of {week} are not there:")
    stage.aws.move_schedule_clock(due)
    run = stage.until("the schedule starts the load", lambda: stage.runs(stage.output("LoadWhenReadyArn")))[0]
    stage.until("Slack is told", lambda: len(stage.slack.messages) >= 1)
    stage.until("it looks again", lambda: _checks(stage, run) >= 2)
    _print_news(stage, 0)
    stage.expect("nothing is loaded yet", seen=loaded(stage.bigquery), wanted={})

    stage.say(f"The other team delivers {ROWS} rows. Within ten minutes the load sees them:")
    deliver(stage.bigquery, week=monday, rows=ROWS)
    ended = stage.finished(run["executionArn"])
    stage.until("Slack is told all", lambda: len(stage.slack.messages) >= 3)
    _print_news(stage, 1)
    stage.expect("the run is green", seen=ended["status"], wanted="SUCCEEDED")
    stage.expect(
        f"{ROWS} rows of {week} are in the target, counted there",
        seen=loaded(stage.bigquery),
        wanted={week: ROWS},
    )
    stage.expect("people were told once that data was missing", seen=_told(stage, "not there yet"), wanted=1)

    stage.say("Somebody starts the same week again, ten times:")
    machine = stage.output("LoadWhenReadyArn")
    again = [stage.start(machine, name=f"again-{n}", input=ended["input"]) for n in range(10)]
    outcomes = [stage.finished(execution) for execution in again]
    stage.expect(
        "all ten end green, and say why they did nothing",
        seen={(run["status"], "has loaded it" in run["output"]) for run in outcomes},
        wanted={("SUCCEEDED", True)},
    )
    stage.expect("nothing is loaded twice", seen=loaded(stage.bigquery), wanted={week: ROWS})

    stage.say("Data that never comes: the load gives up at its latest time, three seconds from now.")
    told = len(stage.slack.messages)
    never = ended["input"] | {"load": "monthly-sales", "wait_at_most": "PT3S", "periods_back": 9}
    never["scheduled_time"] = datetime.now(TOKYO).isoformat()
    last = stage.finished(stage.start(machine, name="never", input=never))
    stage.until("the final notice comes", lambda: _told(stage, "had not come"))
    _print_news(stage, told)
    stage.expect("the run is red", seen=(last["status"], last["error"]), wanted=("FAILED", "DataNeverCame"))
    stage.expect("with one final notice", seen=_told(stage, "had not come"), wanted=1)


def close_gate(stage: Stage) -> None:
    """Keeps the load from starting when another scene moves the clock over a Thursday."""
    request = {"action": "disable", "targets": [_gate(stage)], "owner": "demo", "reason": "not its scene yet"}
    stage.invoke("RuleToggler", request)


def open_gate(stage: Stage) -> None:
    """Lets the load start."""
    stage.invoke("RuleToggler", {"action": "enable", "targets": [_gate(stage)], "owner": "demo"})


def _gate(stage: Stage) -> str:
    resource = stage.client("cloudformation").describe_stack_resource(
        StackName=stage.stack.name, LogicalResourceId="LoadStart"
    )
    return f"schedule/default/{resource['StackResourceDetail']['PhysicalResourceId']}"


def _thursday() -> datetime:
    """One that no other scene has moved the clock over: they move it by a week."""
    day = datetime.now(TOKYO).date() + timedelta(days=8)
    return datetime.combine(day + timedelta(days=(3 - day.weekday()) % 7), time(9, 30), TOKYO)


def _checks(stage: Stage, run: dict[str, Any]) -> int:
    """How often a run has looked for its data."""
    entered = [event.get("stateEnteredEventDetails", {}) for event in stage.history(run["executionArn"])]
    return [details.get("name") for details in entered].count("Is the data there?")


def _told(stage: Stage, words: str) -> int:
    return sum(words in message.payload["text"] for message in stage.slack.messages)


def _print_news(stage: Stage, after: int) -> None:
    """Shows what Slack received after the first so many messages."""
    for message in stage.slack.messages[after:]:
        stage.console.print(show(message))
