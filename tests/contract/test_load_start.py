"""The schedule of the load gives its machine an input that it takes, whatever the parameters are."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepkeeper.load_input import LoadInput
from tests.contract.stack import arn, ref, resources, template
from tests.template import REGION, Template

SCHEDULE = resources()["LoadStart"]["Properties"]
SQL = {"SqlBucket": "our-sql", "LoadCheckSql": "sales/arrived.sql", "LoadSql": "sales/load.sql"}
FIELDS = {
    "LoadName": "load",
    "LoadEngine": "engine",
    "SqlBucket": "sql_bucket",
    "LoadCheckSql": "check_sql",
    "LoadSql": "load_sql",
    "LoadTimeZone": "time_zone",
    "LoadWaitAtMost": "wait_at_most",
}
"""The parameters that are written into the input, and where."""

CHANNELS = {"LoadChannel": ("progress", "waiting"), "LoadFailureChannel": ("missing", "failed")}
PERIODS = ("LoadOncePer", "LoadPeriodsBack")
PARAMETERS = template().document["Parameters"]
BREAKS_JSON = ['"', "\\", "\n", "\t", "\0", "\x1f"]


def patterns(*names: str) -> dict[str, re.Pattern[str]]:
    return {name: re.compile(PARAMETERS[name]["AllowedPattern"]) for name in names}


def text_of_input(parameters: dict[str, str]) -> str:
    """The input as the schedule has it, with the parameters given."""
    return str(Template(SQL | parameters).properties("LoadStart")["Target"]["Input"])


def sent(parameters: dict[str, str]) -> Any:
    """The input as Scheduler sends it (Scheduler User Guide, "Adding context attributes")."""
    return json.loads(
        text_of_input(parameters).replace("<aws.scheduler.scheduled-time>", "2026-11-26T00:30:00Z")
    )


def test_the_load_starts_on_thursday_at_half_past_nine_in_tokyo_and_on_the_dot() -> None:
    resolved = Template(SQL).properties("LoadStart")

    assert resolved["ScheduleExpression"] == "cron(30 9 ? * THU *)"
    assert resolved["ScheduleExpressionTimezone"] == "Asia/Tokyo"
    assert resolved["FlexibleTimeWindow"] == {"Mode": "OFF"}
    assert "State" not in resolved
    assert SCHEDULE["ScheduleExpression"] == ref("LoadSchedule")
    assert SCHEDULE["ScheduleExpressionTimezone"] == ref("LoadTimeZone")


def test_it_starts_the_load_and_what_could_not_be_started_is_kept() -> None:
    target = SCHEDULE["Target"]

    assert (target["Arn"], target["RoleArn"]) == (ref("LoadWhenReady"), arn("LoadStartRole"))
    assert target["DeadLetterConfig"] == {"Arn": arn("FailedTriggersQueue")}
    assert target["RetryPolicy"] == {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 3600}


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"LoadEngine": "bigquery", "LoadName": "weekly-sales", "LoadWaitAtMost": "P7D"},
        {"LoadChannel": "#batch", "LoadFailureChannel": "#oncall"},
        {"LoadChannel": "#\u30d0\u30c3\u30c1 \U0001f680", "LoadFailureChannel": "it's {here}, $100: [x]"},
        {"LoadCheckSql": "\u58f2\u4e0a/it's ${here}.sql", "LoadSql": "a b/\u2028/<c>&d.sql"},
        {"LoadTimeZone": "America/Argentina/Buenos_Aires"},
        {"LoadTimeZone": "Etc/GMT+9"},
    ],
)
def test_the_load_takes_what_the_schedule_sends(parameters: dict[str, str]) -> None:
    chosen = {name: PARAMETERS[name]["Default"] for name in (*FIELDS, *CHANNELS)} | SQL | parameters
    assert all(pattern.fullmatch(chosen[name]) for name, pattern in patterns(*chosen).items())

    taken = LoadInput.model_validate(sent(parameters))

    written = json.loads(taken.model_dump_json(exclude={"wait_at_most", "time_zone"}))
    assert written["scheduled_time"] == "2026-11-26T00:30:00Z"
    assert (written["region"], written["once_per"]) == (REGION, "week")
    assert str(taken.time_zone) == chosen["LoadTimeZone"]
    told, alarmed = chosen["LoadChannel"] or None, chosen["LoadFailureChannel"] or None
    assert written["channels"] == {
        "progress": told,
        "waiting": told,
        "missing": alarmed,
        "failed": alarmed,
    }
    assert {field: sent(parameters)[field] for field in FIELDS.values()} == {
        field: chosen[name] for name, field in FIELDS.items()
    }


def test_a_run_is_about_the_time_that_it_was_due_at_and_not_about_the_time_of_a_retry() -> None:
    assert json.loads(text_of_input({}))["scheduled_time"] == "<aws.scheduler.scheduled-time>"


@pytest.mark.parametrize("name", [*FIELDS, *CHANNELS])
@pytest.mark.parametrize("character", BREAKS_JSON)
def test_a_parameter_takes_no_character_that_would_break_the_input(name: str, character: str) -> None:
    (pattern,) = patterns(name).values()

    taken = [text for text in (character, f"a{character}", f"P1{character}D") if pattern.fullmatch(text)]

    assert taken == []


@given(
    st.fixed_dictionaries(
        {
            name: st.from_regex(pattern, fullmatch=True)
            for name, pattern in patterns(*FIELDS, *CHANNELS).items()
        }
    )
)
def test_whatever_the_parameters_take_arrives_as_it_is(parameters: dict[str, str]) -> None:
    arrived = sent(parameters)

    assert {name: arrived[field] for name, field in FIELDS.items()} == {
        name: parameters[name] for name in FIELDS
    }
    for name, fields in CHANNELS.items():
        assert {arrived["channels"][field] for field in fields} == {parameters[name] or None}


def test_nothing_but_parameters_that_are_looked_at_is_written_into_the_input() -> None:
    text, names = SCHEDULE["Target"]["Input"]["Fn::Sub"]

    written = set(re.findall(r"\$\{([\w:]+)\}", text + json.dumps(names)))

    assert written == {*FIELDS, *CHANNELS, *PERIODS, "AWS::Region", "Told", "Alarmed"}


@pytest.mark.parametrize(("unit", "back"), [("day", 1), ("month", 0), ("week", 53)])
def test_which_period_is_loaded_is_for_the_operator_to_say(unit: str, back: int) -> None:
    arrived = sent({"LoadOncePer": unit, "LoadPeriodsBack": str(back)})

    assert (arrived["once_per"], arrived["periods_back"]) == (unit, back)
    assert unit in PARAMETERS["LoadOncePer"]["AllowedValues"]
    assert PARAMETERS["LoadPeriodsBack"]["MinValue"] <= back <= PARAMETERS["LoadPeriodsBack"]["MaxValue"]
