"""The sample events of a load do under Lambda's emulator what they are samples of."""

import json
from collections.abc import Iterator

import pytest

from stepkeeper.domain.notifier import Kind
from stepkeeper.load_input import LoadInput
from tests.contract.conftest import EmulatedFunctions
from tests.contract.load_world import CLAIM, DELIVERED, claim, drop_claim, listening, queries
from tests.contract.sample_world import EVENTS, sample


@pytest.fixture
def unclaimed(functions: EmulatedFunctions) -> Iterator[EmulatedFunctions]:
    """The functions, where nobody ever was at the samples' load."""
    drop_claim(functions.operator)
    yield functions
    drop_claim(functions.operator)


@pytest.mark.parametrize("name", ["query_runner", "query_runner_check"])
def test_a_check_counts_the_weeks_rows(functions: EmulatedFunctions, name: str) -> None:
    answer = functions.feed("QueryRunner", name)

    assert answer == {"statusCode": 200, "return_value": DELIVERED}


def test_a_check_that_is_repeated_joins_its_query(functions: EmulatedFunctions) -> None:
    functions.feed("QueryRunner", "query_runner_check")
    before = queries(functions.operator)

    answer = functions.feed("QueryRunner", "query_runner_check")

    assert answer["return_value"] == DELIVERED
    assert queries(functions.operator) == before


def test_a_query_that_was_started_is_looked_at_until_it_has_succeeded(functions: EmulatedFunctions) -> None:
    query = functions.feed("QueryRunner", "query_runner_start")["query"]
    event = json.loads(sample("query_runner_status", functions.operator.aws)) | {"query": query}

    answer = functions.operator.until(
        "the query succeeds",
        lambda: seen if (seen := functions.invoke("QueryRunner", event)).get("state") != "running" else None,
    )

    assert (answer["state"], answer["return_value"]) == ("succeeded", DELIVERED)
    assert functions.feed("QueryRunner", "query_runner_start") == {"query": query}


@pytest.mark.parametrize(
    ("name", "kind", "topic"),
    [("notifier", "email", "AlertTopicArn"), ("notifier_channel", "chat", "ChatTopicArn")],
)
def test_a_notice_is_published_where_its_channel_is(
    functions: EmulatedFunctions, name: str, kind: Kind, topic: str
) -> None:
    text = json.loads((EVENTS / f"{name}.json").read_bytes())["text"]

    with listening(functions.operator, topic) as heard:
        answer = functions.feed("Notifier", name)

    assert answer == {"channel": kind, "kind": kind}
    (notice,) = heard
    told = json.loads(notice["Message"])["content"]["description"] if kind == "chat" else notice["Message"]
    assert told == text


def test_a_claim_is_taken_and_comes_with_all_that_the_run_needs(unclaimed: EmulatedFunctions) -> None:
    event = json.loads(sample("load_claimer_claim", unclaimed.operator.aws))

    answer = unclaimed.feed("LoadClaimer", "load_claimer_claim")

    assert (answer["claimed"], answer["key"]) == (True, CLAIM)
    assert answer["load_as"] == event["execution"]["id"]
    assert answer["channels"] == event["input"]["channels"]
    assert answer["check"]["databaseInformation"]["sqlTemplatePath"] == event["input"]["check_sql"]
    assert answer["statement"]["databaseInformation"]["sqlTemplatePath"] == event["input"]["load_sql"]
    assert claim(unclaimed.operator)["holder"]["S"] == event["execution"]["id"]


def test_a_load_that_is_recorded_is_claimed_by_nobody_any_more(unclaimed: EmulatedFunctions) -> None:
    recorded = unclaimed.feed("LoadClaimer", "load_claimer_complete")

    answer = unclaimed.feed("LoadClaimer", "load_claimer_claim")

    assert recorded["key"] == CLAIM
    assert claim(unclaimed.operator)["done"]["BOOL"] is True
    assert answer["claimed"] is False
    assert "has loaded it" in answer["reason"]


def test_a_load_that_failed_is_forgotten(unclaimed: EmulatedFunctions) -> None:
    unclaimed.feed("LoadClaimer", "load_claimer_claim")

    unclaimed.feed("LoadClaimer", "load_claimer_forget")

    assert "load_as" not in claim(unclaimed.operator)


def test_a_run_that_was_aborted_lets_go_of_its_claim_and_keeps_the_name_of_its_query(
    unclaimed: EmulatedFunctions,
) -> None:
    taken = unclaimed.feed("LoadClaimer", "load_claimer_claim")

    answer = unclaimed.feed("LoadClaimer", "load_claimer_status_change")

    assert (answer["released"], answer["key"]) == (True, CLAIM)
    left = claim(unclaimed.operator)
    assert "holder" not in left
    assert left["load_as"]["S"] == taken["load_as"]


def test_the_samples_are_about_one_and_the_same_load(functions: EmulatedFunctions) -> None:
    claimed = json.loads(sample("load_claimer_claim", functions.operator.aws))
    ended = json.loads(sample("load_claimer_status_change", functions.operator.aws))["detail"]

    assert LoadInput.model_validate_json(ended["input"]) == LoadInput.model_validate(claimed["input"])
    assert ended["executionArn"] == claimed["execution"]["id"]
