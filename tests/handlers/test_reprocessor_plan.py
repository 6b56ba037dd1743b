"""What waits is shown in groups with a verdict, and nothing of it is touched."""

from datetime import timedelta

from stepkeeper.domain.plan import SAMPLES

HOUR = timedelta(hours=1)


def shown(plan):
    return [
        (group["state_machine"], group["error"], group["verdict"], group["count"]) for group in plan["groups"]
    ]


def test_an_empty_spool_is_a_plan_of_nothing(failing):
    plan = failing.ask("plan")

    assert (plan["looked_at"], plan["complete"], plan["count"], plan["groups"]) == (0, True, 0, [])
    assert failing.ask(plan=plan["plan"])["stopped_because"] == "the plan is done"


def test_what_waits_is_shown_by_machine_error_and_verdict(failing):
    other = failing.world.step_functions.add_machine("weekly-mail")
    for number in range(4):
        failing.fail(f"order-{number}")
    failing.fail("order-4", error="NoSuchKey")
    failing.fail("order-5", state_type="Fail")
    failing.fail("mail", machine=other)
    failing.put("not JSON")

    plan = failing.ask("plan")

    assert shown(plan) == [
        ("nightly-orders", "OutsideSystemDown", "redrive", 4),
        ("", "no envelope", "quarantine", 1),
        ("nightly-orders", "NoSuchKey", "redrive", 1),
        ("nightly-orders", "OutsideSystemDown", "restart", 1),
        ("weekly-mail", "OutsideSystemDown", "redrive", 1),
    ]
    assert (plan["looked_at"], plan["complete"], plan["count"]) == (8, True, 8)
    assert failing.reruns == []


def test_a_group_has_its_age_and_some_samples_that_are_short_enough_to_read(failing):
    long = {"text": "x" * 10_000}
    lineages = [failing.fail(f"order-{number}", input=long, cause="it rains") for number in range(5)]
    failing.world.clock.move(36 * HOUR)

    plan = failing.ask("plan")

    (group,) = plan["groups"]
    assert (group["oldest_failed_at"], group["oldest_age_hours"]) == ("2026-11-21T03:04:05+00:00", 36.0)
    assert len(group["samples"]) == SAMPLES
    for sample in group["samples"]:
        assert sample["lineage"] in lineages
        assert sample["input"].startswith('{"text":"xxx')
        assert len(sample["input"]) == 200
        assert (sample["attempt"], sample["cause"]) == (1, "it rains")


def test_looking_takes_nothing_away_and_is_seen_only_in_the_receive_counts(failing):
    for number in range(25):
        failing.fail(f"order-{number}")

    for _ in range(3):
        failing.ask("plan")

    assert failing.visible == 25
    assert {message.receive_count for message in failing.world.spool.messages} == {3}


def test_a_spool_of_more_than_a_thousand_is_seen_whole_once(failing):
    failing.put_many(1_200)

    plan = failing.ask("plan")

    assert (plan["looked_at"], plan["complete"], plan["count"]) == (1_200, True, 1_200)
    assert [group["count"] for group in plan["groups"]] == [1_200]
    assert failing.visible == 1_200
    assert {message.receive_count for message in failing.world.spool.messages} == {1}


def test_a_plan_is_about_what_fits_its_filters(failing):
    failing.fail("three-hours-old")
    failing.world.clock.move(HOUR)
    failing.fail("two-hours-old")
    failing.world.clock.move(2 * HOUR)
    failing.fail("a", error="NoSuchKey")
    failing.fail(f"r1-{'0' * 16}-b")
    failing.fail("c", machine=failing.world.step_functions.add_machine("weekly-mail"))
    failing.put("not JSON")
    filters = [
        ({}, 6),
        ({"state_machine": "nightly-*"}, 4),
        ({"state_machine": "*:weekly-mail"}, 1),
        ({"error": "NoSuch*"}, 1),
        ({"attempt": 2}, 1),
        ({"older_than": "PT2H30M"}, 1),
        ({"younger_than": "PT2H"}, 3),
        ({"older_than": "PT1H", "younger_than": "PT2H30M"}, 1),
        ({"state_machine": "nightly-orders", "error": "NoSuchKey", "attempt": 2}, 0),
    ]

    plans = [failing.ask("plan", **each) for each, _ in filters]

    assert [plan["count"] for plan in plans] == [count for _, count in filters]
    assert {plan["looked_at"] for plan in plans} == {failing.visible} == {6}


def test_messages_of_one_failure_are_one_run(failing):
    for _ in range(3):
        failing.put_failed("2026-11-21")

    plan = failing.ask("plan")

    assert (plan["looked_at"], plan["count"]) == (3, 1)


def test_what_was_dropped_is_left_out(failing):
    lineage = failing.put_failed("2026-11-21")
    failing.put_failed("2026-11-21")
    failing.ask("drop", lineage=lineage, reason="the order was cancelled")

    plan = failing.ask("plan")

    assert (plan["looked_at"], plan["count"]) == (1, 0)
