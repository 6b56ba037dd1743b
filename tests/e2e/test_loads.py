"""A load waits until its data is there, loads it once and tells people; or it ends red and says why."""

from datetime import datetime, timedelta

import pytest

from local.deployed import Operator
from local.loads import deliver, loaded, run_sql
from stepkeeper.domain.query import query_token
from tests.e2e.support.loads import WAITING, Loads
from tests.e2e.support.order import LOAD_DUE, TOKYO

pytestmark = pytest.mark.usefixtures("hurried")

CHECKS_IN_A_WEEK = 7 * 24 * 6 + 1
MOST_EVENTS = 25_000


def test_data_that_comes_late_is_waited_for_loaded_and_told_of(weekly: Loads) -> None:
    run = weekly.start()
    weekly.until_in(run, WAITING, times=2)
    before = loaded(weekly.bigquery)

    weekly.deliver(1_000)
    ended = weekly.operator.finished(run)

    weekly.until_told("loaded 1000 rows")
    assert before == {}
    assert ended["status"] == "SUCCEEDED"
    assert loaded(weekly.bigquery) == {weekly.week: 1_000}
    assert [
        (channel, text.partition("*: ")[2].split("\n")[0].partition(" until ")[0])
        for channel, text in weekly.told()
    ] == [
        ("#batch", "the data is not there yet. I look again every 10 minutes"),
        ("#batch", "the data is there (the check says 1000). Loading it now."),
        ("#batch", "loaded 1000 rows."),
    ]


def test_the_same_week_again_ends_green_says_so_and_loads_and_tells_nothing(weekly: Loads) -> None:
    weekly.deliver(10)
    first = weekly.run()
    weekly.until_told("loaded 10 rows")
    notices, inserts = weekly.told(), weekly.inserts()

    second = weekly.run()

    assert (first["status"], second["status"]) == ("SUCCEEDED", "SUCCEEDED")
    assert f"{first['executionArn']} has loaded it" in second["output"]
    assert loaded(weekly.bigquery) == {weekly.week: 10}
    assert (weekly.told(), weekly.inserts()) == (notices, inserts)


def test_the_schedule_loads_the_week_of_its_own_time_however_often_it_fires(
    operator: Operator, weekly: Loads
) -> None:
    deliver(weekly.bigquery, week=LOAD_DUE.date() - timedelta(days=3), rows=4)
    before = operator.runs(weekly.machine)

    for _ in range(2):
        operator.aws.move_schedule_clock(LOAD_DUE.replace(minute=29))
        operator.aws.move_schedule_clock(LOAD_DUE)
    runs = [run for run in operator.runs(weekly.machine) if run not in before]
    ended = [operator.finished(run["executionArn"]) for run in runs]

    assert len(ended) == 2
    assert {run["input"]["scheduled_time"] for run in ended} == {"2020-06-11T00:30:00Z"}
    assert {run["status"] for run in ended} == {"SUCCEEDED"}
    assert sum('"loaded": true' in run["output"] for run in ended) == 1
    assert loaded(weekly.bigquery) == {"2020-W24": 4}


def test_data_that_never_comes_ends_red_at_the_latest_time_with_one_final_notice(weekly: Loads) -> None:
    began = datetime.now(TOKYO)

    run = weekly.run(scheduled_time=began.isoformat(), wait_at_most="PT5S")

    [(channel, _)] = weekly.until_told("had not come")
    assert (run["status"], run["error"]) == ("FAILED", "DataNeverCame")
    assert (run["stopDate"] - began).total_seconds() >= 5
    assert channel == "#data"
    assert loaded(weekly.bigquery) == {}
    assert weekly.loading_jobs() == set()


def test_a_week_of_waiting_fits_into_the_history_of_a_run(weekly: Loads) -> None:
    run = weekly.start()
    weekly.until_in(run, WAITING, times=7)
    weekly.abort(run)

    events = weekly.operator.history(run)
    rests = [
        number
        for number, event in enumerate(events)
        if event.get("stateEnteredEventDetails", {}).get("name") == WAITING
    ]
    # Six checks, with the hourly notice. AWS has a TaskStarted for each TaskScheduled, too.
    hour = [event["type"] for event in events[rests[0] : rests[6]]]
    assert "TaskStarted" not in hour
    assert (len(hour) + hour.count("TaskScheduled")) / 6 * CHECKS_IN_A_WEEK < MOST_EVENTS / 2


def test_people_are_told_at_once_that_data_is_missing_and_then_once_an_hour(weekly: Loads) -> None:
    run = weekly.start()

    weekly.until_in(run, WAITING, times=6)
    weekly.until_told("not there yet")
    in_the_first_hour = len(weekly.told())
    weekly.until_in(run, WAITING, times=8)
    weekly.until_told("not there yet", times=2)

    assert in_the_first_hour == 1
    assert len(weekly.told()) == 2


def test_sql_that_bigquery_refuses_ends_red_with_its_message_and_once_repaired_the_same_input_loads(
    weekly: Loads,
) -> None:
    weekly.deliver(10)
    sql = weekly.put_sql(
        f"{weekly.name}.sql", "INSERT INTO warehouse.sales SELECT no_such_column FROM landing.sales"
    )
    red = weekly.run(load_sql=sql)
    [(channel, text)] = weekly.until_told("FAILED")
    loaded_by_red = loaded(weekly.bigquery)

    weekly.put_sql(
        sql, "INSERT INTO warehouse.sales SELECT sold_on, shop, amount, @period FROM landing.sales"
    )
    green = weekly.run(load_sql=sql)

    assert (red["status"], red["error"]) == ("FAILED", "QueryFailed")
    assert "no_such_column" in red["cause"]
    assert "stepkeeper-" in red["cause"]
    assert channel == "#oncall"
    assert "QueryFailed" in text
    assert "no_such_column" in text
    assert (loaded_by_red, green["status"]) == ({}, "SUCCEEDED")
    assert loaded(weekly.bigquery) == {weekly.week: 10}


def test_a_missing_target_ends_red_with_its_name_and_once_it_is_there_the_same_input_loads(
    weekly: Loads,
) -> None:
    weekly.deliver(10)
    run_sql(weekly.bigquery, "ALTER TABLE warehouse.sales RENAME TO away")
    red = weekly.run()

    run_sql(weekly.bigquery, "ALTER TABLE warehouse.away RENAME TO sales")
    green = weekly.run()

    [(channel, text)] = weekly.until_told("FAILED")
    assert (red["status"], red["error"]) == ("FAILED", "QueryFailed")
    assert channel == "#oncall"
    assert "warehouse.sales" in text
    assert green["status"] == "SUCCEEDED"
    assert loaded(weekly.bigquery) == {weekly.week: 10}


def test_an_insert_whose_answer_is_lost_loads_once(weekly: Loads) -> None:
    weekly.deliver(10)
    weekly.bigquery.control("jobs", seconds=2)
    run = weekly.start()
    weekly.operator.until("the check runs", weekly.inserts)

    weekly.bigquery.control("jobs", seconds=0)
    weekly.bigquery.control("faults", next=["lost"])
    ended = weekly.operator.finished(run)

    [job] = weekly.loading_jobs()
    assert ended["status"] == "SUCCEEDED"
    assert [status for id, status in weekly.inserts() if id == job] == [None, 409]
    assert loaded(weekly.bigquery) == {weekly.week: 10}


def test_a_check_that_loads_is_found_out_at_its_first_look(weekly: Loads) -> None:
    weekly.deliver(10)
    writes = weekly.put_sql(
        f"{weekly.name}-check.sql",
        "INSERT INTO warehouse.sales SELECT sold_on, shop, amount, @period FROM landing.sales",
    )

    red = weekly.run(check_sql=writes)

    assert (red["status"], red["error"]) == ("FAILED", "InvalidSql")
    assert writes in red["cause"]
    assert loaded(weekly.bigquery) == {weekly.week: 10}


def test_a_loads_statement_is_named_for_its_period_too(weekly: Loads) -> None:
    """Step Functions lets a run's name be used again after 90 days, and engines keep their jobs longer."""
    weekly.deliver(10)
    run = weekly.run()["executionArn"]

    assert weekly.loading_jobs() == {query_token(run, f"Start the load {weekly.key}")}
