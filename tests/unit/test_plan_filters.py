"""Which of what waits a plan is about."""

from dataclasses import replace
from datetime import timedelta

import pytest

from stepkeeper.domain.plan import Filters
from tests.unit.failed_runs import NOW, RUN, SECOND, STATE_MACHINE, UNREADABLE

HOUR = timedelta(hours=1)
NO_ENVELOPE = replace(RUN, execution_arn=None, error="", failed_at=None)


@pytest.mark.parametrize("run", [RUN, NO_ENVELOPE, UNREADABLE])
def test_without_filters_a_plan_is_about_all_that_waits(run):
    assert Filters().fit(run, now=NOW)


@pytest.mark.parametrize(
    ("filters", "fits"),
    [
        (Filters(state_machine="nightly-orders"), True),
        (Filters(state_machine="nightly-*"), True),
        (Filters(state_machine="nightly-order?"), True),
        (Filters(state_machine=STATE_MACHINE), True),
        (Filters(state_machine="*:nightly-orders"), True),
        (Filters(state_machine="nightly"), False),
        (Filters(state_machine="Nightly-*"), False),
        (Filters(error="OutsideSystemDown"), True),
        (Filters(error="*Down"), True),
        (Filters(error="outside*"), False),
        (Filters(error=""), False),
        (Filters(attempt=1), True),
        (Filters(attempt=2), False),
        (Filters(state_machine="nightly-*", error="*Down", attempt=1), True),
        (Filters(state_machine="nightly-*", error="*Down", attempt=2), False),
        (Filters(state_machine="nightly-*", error="Other", attempt=1), False),
    ],
)
def test_all_filters_must_fit(filters, fits):
    assert filters.fit(RUN, now=NOW) is fits


@pytest.mark.parametrize(
    ("filters", "seconds", "fits"),
    [
        (Filters(older_than=2 * HOUR), -1, False),
        (Filters(older_than=2 * HOUR), 0, False),
        (Filters(older_than=2 * HOUR), 1, True),
        (Filters(younger_than=2 * HOUR), -1, True),
        (Filters(younger_than=2 * HOUR), 0, False),
        (Filters(younger_than=2 * HOUR), 1, False),
        (Filters(older_than=HOUR, younger_than=3 * HOUR), 0, True),
        (Filters(older_than=timedelta(0)), 0, True),
    ],
)
def test_the_age_is_counted_from_the_failure(filters, seconds, fits):
    assert filters.fit(replace(RUN, failed_at=NOW - 2 * HOUR - seconds * SECOND), now=NOW) is fits


@pytest.mark.parametrize("filters", [Filters(older_than=HOUR), Filters(younger_than=HOUR)])
def test_what_tells_no_time_has_no_age(filters):
    assert not filters.fit(NO_ENVELOPE, now=NOW)


@pytest.mark.parametrize("filters", [Filters(state_machine="*"), Filters(error="*"), Filters(attempt=1)])
def test_what_can_not_be_read_fits_no_filter(filters):
    assert not filters.fit(UNREADABLE, now=NOW)


@pytest.mark.parametrize(("filters", "fits"), [(Filters(error=""), True), (Filters(error="*"), True)])
def test_a_message_that_is_no_envelope_has_an_empty_error(filters, fits):
    assert filters.fit(NO_ENVELOPE, now=NOW) is fits
