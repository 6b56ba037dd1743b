"""The sample task."""

import time

import pytest

from stepkeeper.errors import InvalidSettings
from stepkeeper.samples.uncertain_task import OutsideSystemDown, handler


@pytest.fixture(autouse=True)
def well(monkeypatch):
    monkeypatch.setenv("BEHAVIOR", "OK")
    monkeypatch.setenv("SLEEP", "0")


@pytest.mark.parametrize("given", [{"key": "12345"}, [], None, "text"])
def test_a_task_that_works_gives_back_what_it_was_given(given, context):
    answer = handler(given, context)

    assert answer == {"encoded": given}


def test_a_task_that_is_told_to_fail_raises(monkeypatch, context):
    monkeypatch.setenv("BEHAVIOR", "NG")

    with pytest.raises(OutsideSystemDown, match="BEHAVIOR is NG"):
        handler({"key": "12345"}, context)


def test_a_slow_task_takes_its_time(monkeypatch, context):
    monkeypatch.setenv("SLEEP", "0.1")
    started = time.monotonic()

    handler({}, context)

    assert time.monotonic() - started >= 0.1


@pytest.mark.parametrize(("variable", "value"), [("BEHAVIOR", "MAYBE"), ("SLEEP", "long"), ("SLEEP", "-1")])
def test_a_wrong_variable_is_named(variable, value, monkeypatch, context):
    monkeypatch.setenv(variable, value)

    with pytest.raises(InvalidSettings, match=variable):
        handler({}, context)
