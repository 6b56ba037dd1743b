"""Which log groups the tables take, and what has become of those that were known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from stepkeeper.domain.export_selection import compare, taken
from stepkeeper.domain.log_group import KnownGroup
from tests.export_values import GROUP, KNOWN, LOG_GROUP, LONG_AGO, NOW, TABLE

BY_NAME = replace(TABLE, name="named", log_groups=("/a", "/b"))
BY_PREFIX = replace(TABLE, name="prefixed", log_groups=(), prefixes=("/aws/lambda/", "/b"))
BY_TAG = replace(TABLE, name="tagged", log_groups=(), tags=(("export", "yes"),))
EARLIER = NOW - timedelta(days=9)


def owners(tables, names, tagged=None) -> dict[str, str]:
    groups = [replace(LOG_GROUP, name=name) for name in names]
    return {name: table.name for name, table in taken(tables, groups, tagged or {}).items()}


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("/a", "named"),
        ("/b", "named"),
        ("/aa", None),
        ("/A", None),
        ("a", None),
        ("/b/c", "prefixed"),
        ("/aws/lambda/", "prefixed"),
        ("/aws/lambda/x", "prefixed"),
        ("/aws/lambda", None),
        ("/x/aws/lambda/x", None),
        ("/t", "tagged"),
        ("/u", None),
    ],
)
def test_a_log_group_belongs_to_the_first_table_that_takes_it(name, owner):
    found = owners([BY_NAME, BY_PREFIX, BY_TAG], [name], {"tagged": {"/t", "/a", "/b/c"}})

    assert found == ({name: owner} if owner else {})


def test_the_order_of_the_file_decides_and_not_how_a_group_is_taken():
    tagged = {"tagged": {"/a", "/b"}}

    assert owners([BY_TAG, BY_PREFIX, BY_NAME], ["/a", "/b"], tagged) == {"/a": "tagged", "/b": "tagged"}
    assert owners([BY_PREFIX, BY_NAME, BY_TAG], ["/a", "/b"], tagged) == {"/a": "named", "/b": "prefixed"}


def test_a_table_without_tags_takes_nothing_by_its_tags():
    assert owners([BY_NAME], ["/t"], {"named": {"/t"}}) == {}


def test_a_table_without_prefixes_takes_nothing_by_its_prefixes():
    assert owners([BY_NAME], ["/", "", "\x01"]) == {}


def test_no_table_takes_nothing():
    assert owners([], ["/a"], {"tagged": {"/a"}}) == {}


def look(groups, before, *, tables=(TABLE,), now=NOW):
    return compare(tables, groups, taken(tables, groups, {}), before, now=now)


def test_a_new_log_group_is_news():
    found = look([LOG_GROUP], [])

    assert found.known == found.changed == (KNOWN,)
    assert found.absent == ()


def test_a_log_group_that_is_as_it_was_is_no_news():
    found = look([replace(LOG_GROUP, stored_bytes=99)], [KNOWN])

    assert found.known == (KNOWN,)
    assert found.changed == ()


@pytest.mark.parametrize(
    "changes", [{"retention_days": 30}, {"created_at": datetime(2026, 11, 20, tzinfo=UTC)}], ids=repr
)
def test_a_log_group_that_was_changed_or_made_again_is_news(changes):
    found = look([replace(LOG_GROUP, **changes)], [KNOWN])

    assert found.changed == (replace(KNOWN, **changes),)


def test_a_log_group_that_another_table_takes_now_is_news():
    found = look([LOG_GROUP], [KNOWN], tables=[replace(TABLE, name="other")])

    assert found.changed == (replace(KNOWN, export="other"),)


def test_a_log_group_that_is_deleted_is_gone_since_it_was_missed_first():
    gone = replace(KNOWN, gone=NOW)

    found = look([], [KNOWN])
    later = look([], [replace(gone, told=True)], now=NOW + timedelta(days=1))

    assert found.changed == found.known == (gone,)
    assert later.changed == ()
    assert later.known == (replace(gone, told=True),)


def test_a_log_group_that_is_made_again_is_gone_no_more_and_would_be_told_of_again():
    born = NOW - timedelta(days=1)

    found = look([replace(LOG_GROUP, created_at=born)], [replace(KNOWN, gone=EARLIER, told=True)])

    assert found.changed == (replace(KNOWN, created_at=born),)


def test_a_log_group_that_no_table_takes_any_more_is_not_gone():
    found = look([LOG_GROUP], [KNOWN], tables=[])

    assert found.changed == (replace(KNOWN, export=None),)


def test_a_log_group_that_no_table_took_when_it_was_deleted_is_nothing_to_be_told_of():
    untaken = replace(KNOWN, export=None)

    assert look([], [untaken], tables=[]).changed == ()


def test_a_log_group_is_gone_although_its_table_is_gone_too():
    assert look([], [KNOWN], tables=[]).changed == (replace(KNOWN, gone=NOW),)


def test_a_name_that_no_log_group_ever_had_is_absent_in_its_table():
    found = look([LOG_GROUP], [], tables=[replace(TABLE, log_groups=(GROUP, "/mistyped"))])

    assert found.absent == (("nightly", "/mistyped"),)


def test_a_log_group_that_was_there_once_is_not_absent_but_gone():
    found = look([], [KNOWN])

    assert found.absent == ()


def test_groups_that_are_not_taken_are_not_known():
    found = look([LOG_GROUP, replace(LOG_GROUP, name="/other")], [KnownGroup("/x", LONG_AGO, 3, None)])

    assert [group.name for group in found.known] == [GROUP, "/x"]
    assert found.changed == (KNOWN,)
