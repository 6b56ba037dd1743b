"""Reading exports.toml: what each key may be, and what stands for what is left out."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepkeeper.domain.export_table import ExportTable
from stepkeeper.errors import InvalidExports
from stepkeeper.exports_file import parse_exports, read_exports
from tests.unit.exports_toml import content, table

EVERYTHING = """
[exports.nightly]
log_groups = ["/orders/nightly", "/orders/hourly"]
prefixes = ["/aws/lambda/nightly-"]
tags = { stage = "本番", export = "yes" }
period = "week"
time_zone = "Asia/Tokyo"
back = 36
settle = "2d"
folder = "logs/orders"
storage_class = "GLACIER_IR"
retention = "90d"
at_most = "2TB"
""".encode()


def only(**keys: object) -> ExportTable:
    """The one table of a file, with these keys."""
    (read,) = parse_exports(content(table("a", **keys)))
    return read


def test_every_key_has_its_value() -> None:
    assert parse_exports(EVERYTHING) == (
        ExportTable(
            name="nightly",
            log_groups=("/orders/nightly", "/orders/hourly"),
            prefixes=("/aws/lambda/nightly-",),
            tags=(("export", "yes"), ("stage", "本番")),
            unit="week",
            zone=ZoneInfo("Asia/Tokyo"),
            back=36,
            settle=timedelta(days=2),
            folder="logs/orders",
            storage_class="GLACIER_IR",
            retention_days=90,
            at_most=2_000_000_000_000,
        ),
    )


def test_a_log_group_is_enough() -> None:
    assert parse_exports(b'[exports.a]\nlog_groups = ["/a"]') == (
        ExportTable(
            name="a",
            log_groups=("/a",),
            prefixes=(),
            tags=(),
            unit="month",
            zone=ZoneInfo("UTC"),
            back=12,
            settle=timedelta(hours=12),
            folder="exports",
            storage_class="STANDARD_IA",
            retention_days=None,
            at_most=100_000_000_000,
        ),
    )


@pytest.mark.parametrize(
    "keys",
    [
        {"prefixes": ["/aws/"]},
        {"tags": {"export": "yes"}},
        {"log_groups": [], "prefixes": ["/aws/"]},
        {"log_groups": ["/a"], "prefixes": [], "tags": {}},
    ],
)
def test_one_of_the_keys_that_take_log_groups_is_enough(keys: dict[str, object]) -> None:
    assert only(**{"log_groups": None} | keys)


@pytest.mark.parametrize(
    ("key", "given", "field", "value"),
    [
        ("log_groups", ["a" * 512], "log_groups", ("a" * 512,)),
        ("log_groups", ["-./#_aZ9"], "log_groups", ("-./#_aZ9",)),
        ("prefixes", ["/"], "prefixes", ("/",)),
        ("prefixes", ["p" * 512], "prefixes", ("p" * 512,)),
        ("prefixes", ["/b", "/a", "/a/b"], "prefixes", ("/b", "/a", "/a/b")),
        ("tags", {"k": ""}, "tags", (("k", ""),)),
        ("tags", {"k" * 128: "v" * 256}, "tags", (("k" * 128, "v" * 256),)),
        ("tags", {"夜": "間", "a b": "c=d"}, "tags", (("a b", "c=d"), ("夜", "間"))),
        ("period", "day", "unit", "day"),
        ("period", "week", "unit", "week"),
        ("period", "month", "unit", "month"),
        ("time_zone", "UTC", "zone", ZoneInfo("UTC")),
        ("time_zone", "America/Argentina/Ushuaia", "zone", ZoneInfo("America/Argentina/Ushuaia")),
        ("back", 1, "back", 1),
        ("back", 1200, "back", 1200),
        ("settle", "12h", "settle", timedelta(hours=12)),
        ("settle", "720m", "settle", timedelta(hours=12)),
        ("settle", "30d", "settle", timedelta(days=30)),
        ("settle", "43200m", "settle", timedelta(days=30)),
        ("folder", "a", "folder", "a"),
        ("folder", "f" * 100, "folder", "f" * 100),
        ("folder", "standardised/2026", "folder", "standardised/2026"),
        ("folder", "logs/glacier", "folder", "logs/glacier"),
        ("folder", "STANDARD", "folder", "STANDARD"),
        ("storage_class", "STANDARD", "storage_class", "STANDARD"),
        ("storage_class", "STANDARD_IA", "storage_class", "STANDARD_IA"),
        ("storage_class", "INTELLIGENT_TIERING", "storage_class", "INTELLIGENT_TIERING"),
        ("storage_class", "GLACIER_IR", "storage_class", "GLACIER_IR"),
        ("storage_class", "GLACIER", "storage_class", "GLACIER"),
        ("storage_class", "DEEP_ARCHIVE", "storage_class", "DEEP_ARCHIVE"),
        ("retention", "90d", "retention_days", 90),
        ("retention", "3653d", "retention_days", 3653),
        ("at_most", "1KB", "at_most", 1_000),
        ("at_most", "5MB", "at_most", 5_000_000),
        ("at_most", "100GB", "at_most", 100_000_000_000),
        ("at_most", "999999TB", "at_most", 999_999_000_000_000_000),
    ],
)
def test_what_is_allowed_is_taken(key: str, given: object, field: str, value: object) -> None:
    assert getattr(only(**{key: given}), field) == value


@pytest.mark.parametrize(
    ("period", "settle", "days"),
    [
        ("day", "12h", 3),
        ("day", "1d", 3),
        ("day", "25h", 5),
        ("day", "30d", 60),
        ("week", "12h", 14),
        ("week", "6d", 14),
        ("week", "30d", 60),
        ("month", "12h", 90),
        ("month", "30d", 90),
    ],
)
def test_a_retention_may_be_as_short_as_leaves_a_day_to_export(period: str, settle: str, days: int) -> None:
    assert only(period=period, settle=settle, retention=f"{days}d").retention_days == days


@pytest.mark.parametrize("name", ["0", "A_b-1", "n" * 64])
def test_a_name_is_a_bare_key_of_toml(name: str) -> None:
    (read,) = parse_exports(content(table(name)))

    assert read.name == name


def test_the_tables_are_in_the_order_of_the_file() -> None:
    read = parse_exports(content(table("b"), table("a"), table("c")))

    assert [each.name for each in read] == ["b", "a", "c"]


@pytest.mark.parametrize(
    "text", [b"", b"\n\n", b"# nothing yet\r\n", b"[exports]\n", b"\xef\xbb\xbf# nothing yet\n"]
)
def test_a_file_without_tables_exports_nothing(text: bytes) -> None:
    assert parse_exports(text) == ()


def test_without_a_file_nothing_is_exported(tmp_path: Path) -> None:
    assert read_exports(tmp_path / "exports.toml") == ()


def test_a_file_is_read_as_its_content_is(tmp_path: Path) -> None:
    path = tmp_path / "exports.toml"
    path.write_bytes(EVERYTHING)

    assert read_exports(path) == parse_exports(EVERYTHING)


def test_a_folder_in_the_files_place_is_no_file_that_is_absent(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        read_exports(tmp_path)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"[exports.a]\nback = many\n", "exports.toml is no TOML: Invalid value (at line 2, column 8)."),
        (b"a =", "exports.toml is no TOML: Invalid value (at line 1, column 4, the end)."),
        ("# 夜\n# 夜".encode() + b"\xff", "exports.toml is not in UTF-8: see line 2, column 4."),
        (b"a = " + b"9" * 5000, "exports.toml is no TOML: Exceeds the limit"),
    ],
)
def test_what_is_no_toml_is_refused_by_the_name_of_this_file(text: bytes, why: str) -> None:
    with pytest.raises(InvalidExports) as refused:
        parse_exports(text)

    assert str(refused.value).startswith(why)
    assert str(refused.value).endswith(" Nothing was done.")


@given(st.binary() | st.text().map(str.encode))
def test_whatever_a_file_holds_it_has_tables_or_is_refused_as_having_none(text: bytes) -> None:
    try:
        read = parse_exports(text)
    except InvalidExports:
        return

    assert read == ()
