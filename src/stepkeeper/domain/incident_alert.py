"""What people are told of a missed deadline: that it was, that it still is, and that it is over."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import assert_never

from stepkeeper.domain.alert import (
    CAUSE_CHARACTERS,
    HEADLINES,
    NEXT_STEPS,
    Alert,
    console_link,
    readable,
    shorten,
    write_subject,
)
from stepkeeper.domain.deadline_verdict import Judged
from stepkeeper.domain.execution import Failure
from stepkeeper.domain.incident import Incident
from stepkeeper.domain.pipeline import Pipeline, Reopen, ReopenAt
from stepkeeper.domain.standing import EndedRun
from stepkeeper.domain.words import moment, span

BLOCKED_NAMED = 100
"""Of more, the number is told: an alert must stay readable, and SNS takes 256 KiB."""


def write_missed(
    pipeline: Pipeline,
    state_machine_arn: str,
    judged: Judged,
    failure: Failure | None,
    downstream: Sequence[Pipeline],
) -> Alert:
    """The first alert of an incident, or the only one where a run has succeeded too late."""
    deadline, verdict = judged.deadline, judged.judgement.verdict
    headline = "was LATE" if judged.is_over else HEADLINES[verdict]
    within = span(deadline.due - deadline.start)
    lines = [
        f"{pipeline.name} {headline}.",
        "",
        f"What happened: {judged.judgement.reason}.",
        f"Start: {moment(deadline.start)}",
        f"Deadline: {moment(deadline.due)}, {within} after the start{_extra(judged)}",
        f"Pipeline: {state_machine_arn}",
    ]
    if judged.run:
        lines.append(f"Run: {judged.run.name}")
    if failure and failure.error:
        lines.append(f"Error: {failure.error}")
    if failure and failure.cause:
        lines.append(f"Cause: {shorten(readable(failure.cause), CAUSE_CHARACTERS)}")
    if not judged.is_over:
        lines += ["", *_blocked(pipeline, downstream)]
    next_step = "nothing is to be done for this run." if judged.is_over else NEXT_STEPS[verdict]
    link = console_link(judged.run.arn if judged.run else state_machine_arn)
    lines += ["", f"Next: {next_step}", f"Look at it: {link}"]
    return _alert(pipeline, headline, lines, verdict, "missed")


def write_reminder(
    pipeline: Pipeline,
    state_machine_arn: str,
    incident: Incident,
    downstream: Sequence[Pipeline],
    *,
    now: datetime,
) -> Alert:
    """A reminder of an incident that is still open."""
    headline = f"has not succeeded for {span(now - incident.due)}"
    lines = [
        f"{pipeline.name} {headline}.",
        "",
        f"What happened: no run for the start of {moment(incident.start)} or a later one has succeeded. "
        f"People were told at {moment(incident.told_at)} ({incident.verdict}).",
        f"Missed since: {moment(incident.due)}{_how_many(incident)}",
        f"Pipeline: {state_machine_arn}",
        "",
        *_blocked(pipeline, downstream),
        "",
        f"Next: {NEXT_STEPS[incident.verdict]}",
        f"Look at it: {console_link(incident.run_arn or state_machine_arn)}",
    ]
    return _alert(pipeline, headline, lines, incident.verdict, "reminder")


def write_recovery(
    pipeline: Pipeline, state_machine_arn: str, incident: Incident, success: EndedRun
) -> Alert:
    """That an incident is over, and how long it took."""
    took = success.stopped_at - incident.due
    headline = f"has RECOVERED after {span(took)}"
    happened = f"the run that was started at {moment(success.started_at)} succeeded at"
    if took <= timedelta(0):
        headline = "has RECOVERED: it was in time"
    lines = [
        f"{pipeline.name} {headline}.",
        "",
        f"What happened: {happened} {moment(success.stopped_at)}.",
        f"Missed since: {moment(incident.due)}{_how_many(incident)}",
        f"Pipeline: {state_machine_arn}",
        f"Run: {success.arn.rsplit(':', 1)[-1]}",
    ]
    if success.started_at < incident.last_start:
        lines.append(f"Not done yet: the start of {moment(incident.last_start)}, which was missed meanwhile.")
    next_step = "nothing is to be done for this run."
    if pipeline.blocks and pipeline.reopen != "on-success":
        next_step = f"the gates that it holds closed open {what_opens(pipeline.reopen)}."
    lines += ["", f"Next: {next_step}", f"Look at it: {console_link(success.arn)}"]
    return _alert(pipeline, headline, lines, "recovered", "recovered")


def what_opens(reopen: Reopen) -> str:
    """What opens the gates that a pipeline has closed."""
    match reopen:
        case "on-success":
            return "on its next success"
        case "by-hand":
            return 'when you let go of them: {"action": "enable", "targets": […], "owner": "<this pipeline>"}'
        case ReopenAt(time, zone):
            return f"at {time:%H:%M} {zone.key}"
    assert_never(reopen)


def _blocked(pipeline: Pipeline, downstream: Sequence[Pipeline]) -> list[str]:
    if not downstream:
        return ["Blocks: no other pipeline."]
    named = ", ".join(f"{each.name} ({each.started_by})" for each in downstream[:BLOCKED_NAMED])
    more = len(downstream) - BLOCKED_NAMED
    return [
        f"Blocks: {named}{f' and {more} more' if more > 0 else ''}.",
        f"Gates that it holds closed open {what_opens(pipeline.reopen)}.",
    ]


def _how_many(incident: Incident) -> str:
    return f", {incident.missed} deadlines" if incident.missed > 1 else ""


def _extra(judged: Judged) -> str:
    return " that is made up for, counted from when its gate was opened" if judged.deadline.is_extra else ""


def _alert(pipeline: Pipeline, headline: str, lines: list[str], verdict: str, event: str) -> Alert:
    return Alert(
        subject=write_subject(pipeline.name, headline),
        body="\n".join(lines),
        attributes={"pipeline": pipeline.name, "verdict": verdict, "event": event},
    )
