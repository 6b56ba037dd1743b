"""A load on BigQuery happens once: repeated, at once, with its answers lost, or broken off anywhere."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from stepkeeper.domain.query import query_token
from stepkeeper.errors import EngineUnavailable
from tests.wire import BREAKS, Crash

LOAD = "INSERT INTO {} SELECT 1, @s"
ONE_ROW = "INSERT INTO {} VALUES (1, 'a')"
STARTING = ["s3:GetObject", "secretsmanager:GetSecretValue"]
OVER_HTTP = ["POST token", "POST jobs"]
LOOKING = ["GET jobs"]
CHECKING = [*OVER_HTTP, "GET jobs", "GET results"]


def test_a_load_that_is_started_again_and_again_is_one(warehouse):
    table = warehouse.new_table()

    answers = [warehouse.start(LOAD.format(table), s="x") for _ in range(10)]

    assert answers == [answers[0]] * 10
    assert warehouse.look(answers[0])["rows_written"] == 1
    assert warehouse.rows(table) == [(1, "x")]


def test_a_load_that_is_repeated_while_it_runs_joins_it(warehouse):
    table = warehouse.new_table()
    warehouse.server.control("jobs", seconds=600)

    started = [warehouse.start(LOAD.format(table), s="x") for _ in range(2)]

    assert warehouse.look(started[1]) == {"state": "running"}
    assert warehouse.inserts_of(started[0]["query"]["id"]) == [200, 409]


def test_a_load_under_the_same_name_with_other_values_joins_the_first(warehouse):
    table = warehouse.new_table()
    warehouse.start(LOAD.format(table), s="first")

    warehouse.start(LOAD.format(table), s="second")

    assert warehouse.rows(table) == [(1, "first")]


def test_another_run_loads_again(warehouse):
    table = warehouse.new_table()
    warehouse.start(LOAD.format(table), s="x")
    warehouse.begin_another_run()

    warehouse.start(LOAD.format(table), s="x")

    assert len(warehouse.rows(table)) == 2


def test_of_twenty_starts_at_once_one_loads_and_all_have_its_id(warehouse):
    table, token, together = warehouse.new_table(), query_token("run", warehouse.new_table()), Barrier(20)
    engines = [warehouse.engine() for _ in range(20)]

    def start(engine) -> str:
        together.wait(timeout=30)
        return engine.start(LOAD.format(table), {"s": "x"}, token=token)

    with ThreadPoolExecutor(20) as pool:
        ids = set(pool.map(start, engines))

    assert ids == {token}
    assert sorted(warehouse.inserts_of(token)) == [200] + [409] * 19
    assert warehouse.rows(table) == [(1, "x")]


@pytest.mark.parametrize(
    "faults",
    [["lost"], ["500"], ["refused"], ["500", "refused", "lost"], ["lost", "500"], ["lost", "lost"]],
    ids=str,
)
def test_what_goes_wrong_for_a_while_is_tried_again_within_the_call(warehouse, faults):
    table = warehouse.new_table()
    warehouse.server.control("faults", next=faults)

    started = warehouse.start(LOAD.format(table), s="x")

    assert warehouse.look(started)["rows_written"] == 1
    assert warehouse.rows(table) == [(1, "x")]


def test_a_load_whose_answers_are_all_lost_is_joined_by_the_next_try(warehouse):
    table = warehouse.new_table()
    warehouse.server.control("faults", next=["lost"] * 100)
    with pytest.raises(EngineUnavailable):
        warehouse.start(LOAD.format(table), s="x")
    warehouse.server.control("faults", next=[])

    started = warehouse.start(LOAD.format(table), s="x")

    assert warehouse.look(started)["state"] == "succeeded"
    assert warehouse.rows(table) == [(1, "x")]


@pytest.mark.parametrize("how", BREAKS)
@pytest.mark.parametrize("call", range(len(STARTING)))
def test_a_start_that_is_broken_off_at_aws_and_repeated_loads_once(warehouse, stack, call, how):
    table = warehouse.new_table()
    with stack.aws.wire.breaking(call, how), pytest.raises((Crash, Exception)):
        warehouse.start(LOAD.format(table), s="x")
    interrupted = len(warehouse.rows(table))

    warehouse.look(warehouse.start(LOAD.format(table), s="x"))

    assert interrupted == 0
    assert warehouse.rows(table) == [(1, "x")]


@pytest.mark.parametrize("how", ["crash before", "crash after"])
@pytest.mark.parametrize("call", range(len(OVER_HTTP)))
def test_a_start_that_is_broken_off_at_bigquery_and_repeated_loads_once(warehouse, http, call, how):
    table = warehouse.new_table()
    with http.breaking(call, how), pytest.raises(Crash):
        warehouse.start(LOAD.format(table), s="x")
    interrupted = len(warehouse.rows(table))

    warehouse.look(warehouse.start(LOAD.format(table), s="x"))

    assert interrupted == ((OVER_HTTP[call], how) == ("POST jobs", "crash after"))
    assert warehouse.rows(table) == [(1, "x")]


@pytest.mark.parametrize("how", ["crash before", "crash after"])
@pytest.mark.parametrize("call", range(len(LOOKING)))
def test_a_look_that_is_broken_off_and_repeated_loads_nothing_more(warehouse, http, call, how):
    table = warehouse.new_table()
    started = warehouse.start(LOAD.format(table), s="x")
    with http.breaking(call, how), pytest.raises(Crash):
        warehouse.look(started)

    answer = warehouse.look(started)

    assert answer["rows_written"] == 1
    assert warehouse.rows(table) == [(1, "x")]


@pytest.mark.parametrize("call", range(len(CHECKING)))
def test_an_answer_that_is_lost_anywhere_is_asked_for_again_within_the_call(warehouse, http, call):
    table = warehouse.new_table()

    with http.breaking(call, "answer lost"):
        answer = warehouse.run(f"{ONE_ROW.format(table)}; SELECT 7")

    assert answer == 7
    assert warehouse.rows(table) == [(1, "a")]


def test_the_interrupted_calls_are_all_calls(warehouse, stack, http):
    table, wire = warehouse.new_table(), stack.aws.wire
    wire.calls.clear()
    http.calls.clear()

    started = warehouse.start(LOAD.format(table), s="x")
    starting, http.calls[:] = list(http.calls), []
    warehouse.look(started)
    looking, http.calls[:] = list(http.calls), []
    warehouse.begin_another_run()
    warehouse.run("SELECT 1")

    assert wire.calls == [*STARTING, "s3:GetObject"]
    assert (starting, looking, http.calls) == (OVER_HTTP, LOOKING, CHECKING[1:])
