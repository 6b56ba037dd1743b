"""What was exported before there was a ledger, or before it was lost, is not exported once more."""

import json

import pytest

from stepkeeper.errors import AwsUnavailable
from tests.handlers.exports import ALL, AUGUST, GROUP, NIGHTLY, OCTOBER, SEPTEMBER, Exports, ms
from tests.wire import BREAKS, Break, Crash

DAYS = f'{NIGHTLY}period = "day"\nback = 210\n'


def put_manifest_of_before(exports: Exports, name: str = "2026-09.json", **changes: object) -> None:
    """As the first version of Stepkeeper wrote it."""
    document = {
        "version": 1,
        "period": "2026-09",
        "log_group": GROUP,
        "from_ms": ms(SEPTEMBER),
        "to_ms": ms(OCTOBER),
        "task_id": "cda45419",
        "location": f"s3://{exports.bucket}/exports/orders/nightly/2026-09/20261001T000000Z/",
        "objects": 3,
        "bytes": 300,
        "recorded_at": "2026-10-02T00:00:00+00:00",
        **changes,
    }
    exports.world.s3.put(f"exports/manifests/orders/nightly/{name}", json.dumps(document).encode())


def forget_ledger(exports: Exports) -> None:
    for item in list(exports.world.table.items):
        exports.world.table.write((item["pk"]["S"], item["sk"]["S"]), None)


def test_manifests_of_before_are_adopted_and_count_as_exported(exports: Exports) -> None:
    exports.choose(f"{NIGHTLY}back = 2\n")
    exports.add_group(created=AUGUST)
    put_manifest_of_before(exports)

    answer = exports.run()

    september = exports.entries()[0]
    assert answer["exported"] == [(GROUP, "2026-10")]
    assert (september.state, september.objects, september.bytes) == ("completed", 3, 300)
    assert september.manifest == "exports/manifests/orders/nightly/2026-09.json"


def test_of_a_period_in_another_time_zone_only_the_rest_is_exported(exports: Exports) -> None:
    exports.choose(NIGHTLY)
    exports.add_group(created=SEPTEMBER)
    early = ms(OCTOBER) - 9 * 3_600_000
    put_manifest_of_before(exports, from_ms=0, to_ms=early)

    exports.begin()

    spans = [(entry.period, entry.edition, entry.from_ms, entry.to_ms) for entry in exports.entries()]
    assert spans[:2] == [("2026-09", 1, 0, early), ("2026-09", 2, early, ms(OCTOBER))]


def test_a_group_whose_name_goes_on_has_manifests_of_its_own(exports: Exports) -> None:
    exports.choose(NIGHTLY)
    exports.add_group()
    put_manifest_of_before(exports, "more/2026-09.json", log_group=f"{GROUP}/more")

    exports.begin()

    assert exports.states() == {"2026-09": "planned", "2026-10": "planned"}


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"version": 1, "log_group": 1}'])
def test_a_manifest_that_is_none_is_named_and_keeps_its_log_group_from_being_planned_and_no_other(
    content: bytes, exports: Exports
) -> None:
    exports.choose(ALL)
    exports.add_group("/group/a")
    exports.add_group("/group/b")
    exports.world.s3.put("exports/manifests/group/a/2026-09.json", content)

    begun = exports.begin()

    (problem,) = begun["problems"]
    assert "exports/manifests/group/a/2026-09.json is no manifest" in problem
    assert exports.entries("/group/a") == []
    assert exports.entries("/group/b")


@pytest.mark.parametrize("name", ["notes.json", "2026-09.json.bak", "2026-09", "readme/2026-09.json"])
def test_what_somebody_else_has_put_among_the_manifests_is_left_alone(name: str, exports: Exports) -> None:
    exports.choose(NIGHTLY)
    exports.add_group()
    exports.world.s3.put(f"exports/manifests/orders/nightly/{name}", b"mine")

    assert exports.begin()["problems"] == []


def test_a_ledger_that_was_lost_is_made_again_from_the_manifests(exports: Exports) -> None:
    exports.choose(NIGHTLY)
    exports.add_group()
    exports.run("one")
    before = [(entry.period, entry.edition, entry.objects, entry.bytes) for entry in exports.entries()]
    forget_ledger(exports)

    answer = exports.run("two")

    assert answer["exported"] == []
    assert [(each.period, each.edition, each.objects, each.bytes) for each in exports.entries()] == before
    assert len(exports.world.logs.tasks) == 2


@pytest.mark.parametrize("how", BREAKS)
def test_a_ledger_that_was_made_again_only_in_part_is_made_whole_by_the_next_run(
    how: Break, exports: Exports
) -> None:
    """One call of DynamoDB writes 100 entries; what came after the first of them was exported again."""
    exports.choose(DAYS)
    exports.world.logs.add_group(GROUP, SEPTEMBER.replace(month=4))
    exports.begin("one")
    exports.end_execution("one")
    for entry in exports.entries():
        its = {"period": entry.period, "from_ms": entry.from_ms, "to_ms": entry.to_ms}
        put_manifest_of_before(exports, f"{entry.period}.json", **its)
    forget_ledger(exports)
    exports.begin("two")
    calls = exports.simulation.wire.calls
    second = [at for at, call in enumerate(calls) if call == "dynamodb:TransactWriteItems"][1]
    forget_ledger(exports)
    execution = exports.arn("two")
    event = {"action": "begin", "execution": execution, "run": execution}
    with exports.simulation.wire.breaking(second, how), pytest.raises((Crash, AwsUnavailable)):
        exports.simulation.invoke("bucket_checker", event)
    assert 100 <= len(exports.entries()) < 210

    exports.begin("two")

    assert exports.next("two")["state"] == "done"
    assert set(exports.states().values()) == {"completed"}
    assert {entry.edition for entry in exports.entries()} == {1}
