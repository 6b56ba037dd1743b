"""What an alert says, to somebody who is woken by it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepkeeper.domain.alert import HEADLINES, Alert, console_link, write_alert
from stepkeeper.domain.execution import Execution, Failure
from stepkeeper.domain.execution_watchdog import Judgement, Verdict

REGION = "ap-northeast-1"
MACHINE = f"arn:aws:states:{REGION}:123456789012:stateMachine:nightly-orders"
RUN = f"arn:aws:states:{REGION}:123456789012:execution:nightly-orders:2026-11-21-0300"
STARTED = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
EXECUTION = Execution(RUN, "2026-11-21-0300", "FAILED", STARTED, STARTED + timedelta(minutes=5))
FAILED = Judgement("failed", "the run that was started at 18:00 failed")
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


def alert_for(name: str, verdict: Verdict = "failed") -> Alert:
    arn = f"arn:aws:states:{REGION}:123456789012:stateMachine:{name}"
    return write_alert(arn, Judgement(verdict, "why"), None, None)


def test_an_alert_says_what_happened_since_when_why_and_where_to_look() -> None:
    alert = write_alert(MACHINE, FAILED, EXECUTION, Failure("OutsideSystemDown", "It does not answer."))

    assert alert.subject == "[Stepkeeper] nightly-orders FAILED"
    assert alert.body == (
        "nightly-orders FAILED.\n"
        "\n"
        "What happened: the run that was started at 18:00 failed.\n"
        f"Pipeline: {MACHINE}\n"
        "Run: 2026-11-21-0300\n"
        "Error: OutsideSystemDown\n"
        "Cause: It does not answer.\n"
        "\n"
        "Next: look at the run; once the cause is gone, run it again "
        "(with the reprocessor, if it was spooled).\n"
        f"Look at it: https://{REGION}.console.aws.amazon.com/states/home?region={REGION}"
        f"#/v2/executions/details/{RUN}"
    )
    assert alert.attributes == {"pipeline": "nightly-orders", "verdict": "failed"}


@pytest.mark.parametrize(
    ("cause", "shown"),
    [
        ('{"errorMessage": "It is down.", "errorType": "Down", "stackTrace": ["line 1"]}', "It is down."),
        ('{"errorMessage": ""}', '{"errorMessage": ""}'),
        ('{"reason": "none of Lambda\'s"}', '{"reason": "none of Lambda\'s"}'),
        ('["a list"]', '["a list"]'),
        ("Plain words: {", "Plain words: {"),
        pytest.param("[" * 4_000, "[" * 4_000, id="JSON that is too deep to read"),
    ],
)
def test_a_lambda_functions_cause_is_shown_as_its_message(cause: str, shown: str) -> None:
    alert = write_alert(MACHINE, FAILED, EXECUTION, Failure("Down", cause))

    assert f"\nCause: {shown}\n" in alert.body


def test_without_a_run_the_link_leads_to_the_pipeline() -> None:
    alert = write_alert(MACHINE, Judgement("missing", "no run was started since 18:00"), None, None)

    assert alert.subject == "[Stepkeeper] nightly-orders is MISSING: it did not start"
    assert alert.body.endswith(f"#/statemachines/view/{MACHINE}")
    assert "Run:" not in alert.body


@pytest.mark.parametrize("failure", [None, Failure(None, None), Failure("", "")])
def test_a_run_that_ended_without_an_error_shows_no_empty_lines_for_it(failure: Failure | None) -> None:
    alert = write_alert(MACHINE, FAILED, EXECUTION, failure)

    assert "Error:" not in alert.body
    assert "Cause:" not in alert.body


def test_a_huge_cause_is_cut_and_the_link_is_still_there() -> None:
    alert = write_alert(MACHINE, FAILED, EXECUTION, Failure("E" * 256, "\N{SNOWMAN}" * 32_768))

    assert "\N{SNOWMAN}...\n" in alert.body
    assert alert.body.endswith(RUN)
    assert len(alert.body.encode()) < 65_536


@pytest.mark.parametrize("verdict", VERDICTS)
@pytest.mark.parametrize(
    "name",
    ["n" * 80, "夜間の注文" * 16, "tab\tand\u0085", "n"],
    ids=["longest", "unicode", "control characters", "shortest"],
)
def test_a_subject_fits_sns_and_says_what_happened_whatever_the_pipeline_is_called(
    name: str, verdict: Verdict
) -> None:
    subject = alert_for(name, verdict).subject

    assert len(subject) < 100
    assert subject.isascii()
    assert subject.isprintable()
    assert subject.startswith("[Stepkeeper] ")
    assert subject.endswith(f" {HEADLINES[verdict]}")


@given(st.text(min_size=1, max_size=80), st.sampled_from(VERDICTS))
def test_no_name_makes_a_subject_that_sns_refuses(name: str, verdict: Verdict) -> None:
    subject = alert_for(name, verdict).subject

    assert len(subject) < 100
    assert all(" " <= character <= "~" for character in subject)


@pytest.mark.parametrize("length", [79, 80])
def test_two_long_names_that_differ_at_their_start_still_differ_in_the_subject(length: int) -> None:
    assert alert_for("a" + "n" * length).subject != alert_for("b" + "n" * length).subject


def test_a_filter_policy_sees_the_whole_name() -> None:
    assert alert_for("夜間の注文" * 16).attributes["pipeline"] == "夜間の注文" * 16


@pytest.mark.parametrize(
    ("partition", "region", "domain"),
    [
        ("aws", "eu-west-1", "aws.amazon.com"),
        ("aws-cn", "cn-north-1", "amazonaws.cn"),
        ("aws-us-gov", "us-gov-west-1", "amazonaws-us-gov.com"),
    ],
)
def test_the_link_leads_to_the_console_of_the_partition(partition: str, region: str, domain: str) -> None:
    link = console_link(RUN.replace("arn:aws:", f"arn:{partition}:").replace(REGION, region))

    assert link.startswith(f"https://{region}.console.{domain}/states/home?region={region}#/")


def test_a_link_stays_one_link_whatever_the_run_is_called() -> None:
    run = replace(EXECUTION, arn=f"{RUN}-夜 間(1)<x>")

    link = write_alert(MACHINE, FAILED, run, None).body.rsplit(" ", 1)[-1]

    assert link.endswith("2026-11-21-0300-%E5%A4%9C%20%E9%96%93%281%29%3Cx%3E")
