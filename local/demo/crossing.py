"""Scene 2: the upstream's error does not cross over into the downstream, and nothing but states changes."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from local.demo.stage import Stage

TOKYO = ZoneInfo("Asia/Tokyo")
MOVED_BY_ANY_WRITE = ("LastModificationDate", "ResponseMetadata")


def play(stage: Stage) -> None:
    """One night in which the upstream fails, and the next, in which it does not."""
    night = _next_night()
    pipeline, report = stage.output("GuardedPipelineArn"), stage.output("SampleReportArn")
    stage.aws.move_schedule_clock(night - timedelta(minutes=1))
    stage.until("quiet", lambda: all(run["status"] != "RUNNING" for run in stage.runs(pipeline)))
    before, reports = _gates(stage), len(stage.runs(report))
    runs = len(stage.runs(pipeline))

    stage.say("It is night in Tokyo, and the outside system is down. 03:00: the upstream starts.")
    stage.set_outage(down=True)
    stage.aws.move_schedule_clock(night)
    stage.until("the upstream starts", lambda: len(stage.runs(pipeline)) > runs)
    stage.until("the upstream fails", lambda: stage.runs(pipeline)[0]["status"] == "FAILED")
    stage.say(
        "It has [red]FAILED[/]; a rule calls the toggler with the constant input. The downstream's gates:"
    )
    stage.watch(
        "both gates close", lambda: _states(stage), done=lambda states: set(states.values()) == {"DISABLED"}
    )

    stage.say("04:00 and 04:30 go by, the start times of the downstream.")
    stage.aws.move_schedule_clock(night + timedelta(hours=1, minutes=31))
    stage.expect("nothing was started", seen=len(stage.runs(report)), wanted=reports)

    stage.say("06:00, after the last start time: a schedule calls the toggler with enable.")
    stage.aws.move_schedule_clock(night + timedelta(hours=3))
    stage.watch(
        "both gates open", lambda: _states(stage), done=lambda states: set(states.values()) == {"ENABLED"}
    )
    stage.expect(
        "rule, schedule and targets are as before, field by field", seen=_gates(stage), wanted=before
    )

    stage.say("The next night the outside system is up again.")
    stage.set_outage(down=False)
    stage.aws.move_schedule_clock(night + timedelta(days=1, hours=1, minutes=31))
    stage.until("the downstream starts", lambda: len(stage.runs(report)) >= reports + 2)
    started = sorted(
        stage.describe(run["executionArn"])["input"]["started_by"]
        for run in stage.runs(report)[: len(stage.runs(report)) - reports]
    )
    stage.expect("the downstream was started again, by both gates", seen=started, wanted=["rule", "schedule"])


def _next_night() -> datetime:
    """The next 03:00 in Tokyo that is at least a minute away."""
    now = datetime.now(TOKYO) + timedelta(minutes=2)
    tonight = now.replace(hour=3, minute=0, second=0, microsecond=0)
    return tonight if tonight > now else tonight + timedelta(days=1)


def _names(stage: Stage) -> tuple[str, str]:
    """The names of the rule and of the schedule, out of the variable that tells the toggler its targets."""
    function = stage.client("lambda").get_function_configuration(
        FunctionName=stage.output("RuleTogglerFunctionName")
    )
    rule, schedule, *_ = function["Environment"]["Variables"]["TARGETS"].split(",")
    return rule.removeprefix("rule/"), schedule.removeprefix("schedule/default/")


def _gates(stage: Stage) -> dict[str, Any]:
    """All that can be read of both gates."""
    rule, schedule = _names(stage)
    events = stage.client("events")
    read = {
        "rule": events.describe_rule(Name=rule),
        "schedule": stage.client("scheduler").get_schedule(Name=schedule),
        "targets": events.list_targets_by_rule(Rule=rule),
    }
    return {
        name: {key: value for key, value in answer.items() if key not in MOVED_BY_ANY_WRITE}
        for name, answer in read.items()
    }


def _states(stage: Stage) -> dict[str, str]:
    gates = _gates(stage)
    return {
        f"rule/{gates['rule']['Name']}": gates["rule"]["State"],
        f"schedule/default/{gates['schedule']['Name']}": gates["schedule"]["State"],
    }
