"""The mistakes of exports.toml: each with table and key, what was given and what is allowed; all at once."""

import pytest

from stepkeeper.errors import InvalidExports
from stepkeeper.exports_file import parse_exports
from tests.unit.exports_toml import content, table
from tests.unit.refused_files import lines_about

CHARACTERS = "Allowed: up to 512 letters, digits, '-', '_', '.', '/' and '#', such as"
ALLOWED = {
    "log_groups": f"{CHARACTERS} '/orders/nightly'.",
    "prefixes": f"{CHARACTERS} '/aws/lambda/nightly-'.",
    "period": "Allowed: 'day', 'week', 'month'.",
    "time_zone": "is no time zone; give an IANA name such as Asia/Tokyo.",
    "back": "Allowed: a whole number from 1 to 1200.",
    "settle": "Allowed: a whole number of minutes, hours or days, such as '90m', '2h' or '1d', "
    "from '12h' to '30d'.",
    "folder": "Allowed: one such as 'exports' or 'logs/orders', of letters, digits, '-', '_' and '.', "
    "without '/' at either end, 100 characters at most.",
    "storage_class": "Allowed: 'STANDARD', 'STANDARD_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR', 'GLACIER', "
    "'DEEP_ARCHIVE'.",
    "retention": "Allowed is what CloudWatch Logs takes: '1d', '3d', '5d', '7d', '14d', '30d', '60d', '90d', "
    "'120d', '150d', '180d', '365d', '400d', '545d', '731d', '1096d', '1827d', '2192d', '2557d', '2922d', "
    "'3288d', '3653d'.",
    "at_most": "Allowed: a whole number of KB, MB, GB or TB (powers of 1000), such as '100GB', "
    "from '1KB' to '999999TB'.",
}
NAMES = "Allowed: the names of log groups, such as ['/orders/nightly']."
STORAGE_FOLDERS = ("standard", "standard-ia", "intelligent-tiering", "glacier-ir", "glacier", "deep-archive")
NOTHING_TAKEN = "takes no log group. Give one of log_groups, prefixes and tags, with something in it."
KEYS = (
    "Allowed: log_groups, prefixes, tags, period, time_zone, back, settle, folder, storage_class, "
    "retention, at_most."
)
NAME = "is no name for an export. Allowed: up to 64 letters, digits, '-' and '_', a letter or digit first."


def mistakes(text: bytes) -> list[str]:
    return lines_about(text, parse_exports, InvalidExports, "exports.toml")


@pytest.mark.parametrize(
    ("key", "given", "why"),
    [
        ("log_groups", [5], "5 is no name of a log group."),
        ("log_groups", [""], "'' is no name of a log group."),
        ("log_groups", ["a*"], "'a*' is no name of a log group."),
        ("log_groups", ["夜"], "'夜' is no name of a log group."),
        ("log_groups", ["a\n"], "'a\\n' is no name of a log group."),
        ("log_groups", ["a" * 513], f"'{'a' * 80}…' is no name of a log group."),
        ("prefixes", [""], "'' is no beginning of a log group's name."),
        ("prefixes", [True], "true is no beginning of a log group's name."),
        ("prefixes", ["p" * 513], f"'{'p' * 80}…' is no beginning of a log group's name."),
        ("period", "months", "'months' is not known. Did you mean 'month'?"),
        ("period", "year", "'year' is not known."),
        ("period", 30, "30 is not known."),
        ("period", [], "an array is not known."),
        ("time_zone", "Asia/Tokio", "'Asia/Tokio'"),
        ("time_zone", "", "''"),
        ("time_zone", "Asia", "'Asia'"),
        ("time_zone", "../UTC", "'../UTC'"),
        ("time_zone", True, "'true'"),
        ("back", 0, "0 is out of range."),
        ("back", -1, "-1 is out of range."),
        ("back", 1201, "1201 is out of range."),
        ("back", 10**79, f"{10**79} is out of range."),
        ("back", 10**80, "a number of more than 80 digits is out of range."),
        ("back", True, "true is no number of periods."),
        ("back", 12.0, "12.0 is no number of periods."),
        ("back", "12", "'12' is no number of periods."),
        ("settle", "11h", "'11h' is out of range."),
        ("settle", "719m", "'719m' is out of range."),
        ("settle", "31d", "'31d' is out of range."),
        ("settle", "43201m", "'43201m' is out of range."),
        ("settle", "12 hours", "'12 hours' is no duration."),
        ("settle", 12, "12 is no duration."),
        ("settle", True, "true is no duration."),
        ("folder", "", "'' is no folder."),
        ("folder", "/logs", "'/logs' is no folder."),
        ("folder", "logs/", "'logs/' is no folder."),
        ("folder", "a//b", "'a//b' is no folder."),
        ("folder", "夜", "'夜' is no folder."),
        ("folder", "f" * 101, f"'{'f' * 80}…' is no folder."),
        ("folder", False, "false is no folder."),
        ("storage_class", "STANDARD_AI", "'STANDARD_AI' is not known. Did you mean 'STANDARD_IA'?"),
        ("storage_class", "standard", "'standard' is not known."),
        ("storage_class", True, "true is not known."),
        ("retention", "91d", "'91d' is no retention."),
        ("retention", "2160h", "'2160h' is no retention."),
        ("retention", 90, "90 is no retention."),
        ("retention", True, "true is no retention."),
        ("retention", "9" * 100 + "d", f"'{'9' * 80}…' is no retention."),
        ("at_most", "0GB", "'0GB' is no size."),
        ("at_most", "1000000TB", "'1000000TB' is no size."),
        ("at_most", "1.5GB", "'1.5GB' is no size."),
        ("at_most", "100 GB", "'100 GB' is no size."),
        ("at_most", "100gb", "'100gb' is no size."),
        ("at_most", "100GiB", "'100GiB' is no size."),
        ("at_most", "٢GB", "'٢GB' is no size."),
        ("at_most", 100, "100 is no size."),
        ("at_most", True, "true is no size."),
    ],
)
def test_a_wrong_value_is_told_with_what_is_allowed(key: str, given: object, why: str) -> None:
    assert mistakes(content(table("a", **{key: given}))) == [f"[exports.a] {key}: {why} {ALLOWED[key]}"]


@pytest.mark.parametrize(
    ("key", "given", "why"),
    [
        ("log_groups", "/a", f"'/a' is no array. {NAMES}"),
        ("log_groups", {}, f"a table is no array. {NAMES}"),
        ("log_groups", True, f"true is no array. {NAMES}"),
        (
            "prefixes",
            "/a",
            "'/a' is no array. "
            "Allowed: the beginnings of log groups' names, such as ['/aws/lambda/nightly-'].",
        ),
        ("tags", ["yes"], 'an array is no table. Allowed: keys and values, such as { export = "yes" }.'),
        ("tags", "export", "'export' is no table. Allowed: keys and values, such as { export = \"yes\" }."),
        ("tags", {"": "yes"}, "'' is no key of a tag. Allowed: text of 1 to 128 characters."),
        (
            "tags",
            {"k" * 129: "yes"},
            f"'{'k' * 80}…' is no key of a tag. Allowed: text of 1 to 128 characters.",
        ),
        ("tags", {"export": True}, "true is no value of a tag. Allowed: text of 0 to 256 characters."),
        ("tags", {"export": ["yes"]}, "an array is no value of a tag. Allowed: text of 0 to 256 characters."),
        (
            "tags",
            {"export": "v" * 257},
            f"'{'v' * 80}…' is no value of a tag. Allowed: text of 0 to 256 characters.",
        ),
    ],
)
def test_what_is_no_array_and_no_table_of_tags_is_told_what_they_look_like(
    key: str, given: object, why: str
) -> None:
    assert mistakes(content(table("a", **{key: given}))) == [f"[exports.a] {key}: {why}"]


@pytest.mark.parametrize("rest", ["", "/logs"])
@pytest.mark.parametrize("folder", STORAGE_FOLDERS)
def test_a_folder_does_not_begin_where_the_data_of_a_storage_class_lies(folder: str, rest: str) -> None:
    assert mistakes(content(table("a", folder=f"{folder}{rest}"))) == [
        f"[exports.a] folder: '{folder}{rest}' begins with '{folder}', where the data of a storage class "
        f"lies. Allowed: a folder that does not begin with {', '.join(STORAGE_FOLDERS)}."
    ]


@pytest.mark.parametrize("folder", ["audit", "audit/logs", "manifests", "logs/manifests", "a/manifests/b"])
def test_a_folder_is_none_that_stepkeeper_itself_needs(folder: str) -> None:
    assert mistakes(content(table("a", folder=folder))) == [
        f"[exports.a] folder: '{folder}' has a part that Stepkeeper itself needs. Allowed: a folder that "
        "does not begin with 'audit', and has no part 'manifests'."
    ]


@pytest.mark.parametrize("folder", ["logs/audit", "auditing", "logs/manifest"])
def test_a_folder_may_be_named_much_like_those(folder: str) -> None:
    assert parse_exports(content(table("a", folder=folder)))[0].folder == folder


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (b"[exports.a]", f"[exports.a]: {NOTHING_TAKEN}"),
        (b'[exports.a]\nlog_groups = ["/a"]\nperoid = 1',
         f"[exports.a] peroid: is not a known key. Did you mean 'period'? {KEYS}"),
        (b'[exports.a]\nlog_groups = ["/a"]\n"[key]" = 1',
         f'[exports.a] "[key]": is not a known key. {KEYS}'),
        (b'[export.a]\nlog_groups = ["/a"]',
         "export: is not a known key. Did you mean 'exports'? Allowed: tables [exports.NAME]."),
        (b"[pipelines.a]", "pipelines: is not a known key. Allowed: tables [exports.NAME]."),
        (b"exports = 5", "exports: 5 is no table. Allowed: tables [exports.NAME]."),
        (b"exports = 0x" + b"f" * 5000,
         "exports: a number of more than 80 digits is no table. Allowed: tables [exports.NAME]."),
        (b"[[exports]]", "exports: an array is no table. Allowed: tables [exports.NAME]."),
        (b"[exports]\na = true", "[exports.a]: true is no table. Allowed: tables [exports.NAME]."),
        (b"[exports]\nlog_groups = ['/a']",
         "[exports.log_groups]: an array is no table. Allowed: tables [exports.NAME]."),
        (b'[exports."nightly export"]\nlog_groups = ["/a"]',
         f"[exports.\"nightly export\"]: 'nightly export' {NAME}"),
        ('[exports."夜"]\nlog_groups = ["/a"]'.encode(), f"[exports.\"夜\"]: '夜' {NAME}"),
        (content(table("n" * 65)), f"[exports.\"{'n' * 65}\"]: '{'n' * 65}' {NAME}"),
    ],
)  # fmt: skip
def test_a_wrong_key_or_table_is_told_with_what_is_allowed(text: bytes, line: str) -> None:
    assert mistakes(text) == [line]


@pytest.mark.parametrize("keys", [{}, {"prefixes": []}, {"tags": {}}, {"prefixes": [], "tags": {}}])
def test_a_table_has_to_take_log_groups(keys: dict[str, object]) -> None:
    for log_groups in (None, []):
        assert mistakes(content(table("a", log_groups=log_groups, **keys))) == [
            f"[exports.a]: {NOTHING_TAKEN}"
        ]


@pytest.mark.parametrize("keys", [{"log_groups": [5]}, {"prefixes": {}}, {"tags": {"a": 1}}])
def test_log_groups_that_are_wrong_are_not_told_a_second_time_as_missing(keys: dict[str, object]) -> None:
    (key,) = keys
    (line,) = mistakes(content(table("a", **{"log_groups": None} | keys)))

    assert line.startswith(f"[exports.a] {key}: ")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            content(table("a", log_groups=["/x", "/y"]), table("b", log_groups=["/y"])),
            ["[exports.b] log_groups: '/y' is in the log_groups of [exports.a] already. "
             "Each log group has one table."],
        ),
        (
            content(table("a", log_groups=["/x", "/x"])),
            ["[exports.a] log_groups: '/x' is named twice. Name each log group once."],
        ),
        (
            content(table("a", log_groups=["x" * 100]), table("b", log_groups=["x" * 100])),
            [f"[exports.b] log_groups: '{'x' * 80}…' is in the log_groups of [exports.a] already. "
             "Each log group has one table."],
        ),
        (
            content(table("a", log_groups=["/x", 5]), table("b", log_groups=["/x", {}])),
            [
                f"[exports.a] log_groups: 5 is no name of a log group. {ALLOWED['log_groups']}",
                f"[exports.b] log_groups: a table is no name of a log group. {ALLOWED['log_groups']}",
                "[exports.b] log_groups: '/x' is in the log_groups of [exports.a] already. "
                "Each log group has one table.",
            ],
        ),
    ],
)  # fmt: skip
def test_a_name_is_in_one_table_once(text: bytes, lines: list[str]) -> None:
    assert mistakes(text) == lines


@pytest.mark.parametrize(
    "others",
    [{"prefixes": ["/x"]}, {"prefixes": ["/x", "/x/y"]}, {"tags": {"a": "b"}}, {"folder": "exports"}],
)
def test_only_names_are_told_apart_by_the_file_alone(others: dict[str, object]) -> None:
    assert len(parse_exports(content(table("a", **others), table("b", **others)))) == 2


@pytest.mark.parametrize(
    ("period", "settle", "given", "least"),
    [
        ("day", "12h", 1, 3),
        ("day", "25h", 3, 5),
        ("day", "30d", 30, 60),
        ("week", "12h", 7, 14),
        ("week", "145h", 14, 30),
        ("week", "30d", 30, 60),
        ("month", "12h", 60, 90),
        ("month", "30d", 60, 90),
    ],
)
def test_a_retention_that_is_too_short_for_the_period_is_refused(
    period: str, settle: str, given: int, least: int
) -> None:
    lines = mistakes(content(table("a", period=period, settle=settle, retention=f"{given}d")))

    assert lines == [
        f"[exports.a] retention: '{given}d' is too short: a {period} could be gone before it is exported. "
        f"Allowed with this period and settle: '{least}d' or more."
    ]


@pytest.mark.parametrize("wrong", [{"period": "dya"}, {"settle": "1h"}])
def test_a_retention_is_not_measured_by_a_period_that_is_wrong(wrong: dict[str, object]) -> None:
    (key,) = wrong
    (line,) = mistakes(content(table("a", retention="1d", **wrong)))

    assert line.startswith(f"[exports.a] {key}: ")


def test_all_mistakes_are_told_at_once_in_the_order_of_the_tables() -> None:
    lines = mistakes(
        content(
            "verison = 1",
            table("c", log_groups=["/x", "/ x"], period="days", back=0, retention="30d"),
            table("a", log_groups=["/x"], retention="30d", chanel="#batch"),
            table("b", log_groups=None, at_most="much"),
        )
    )

    assert [line.split(". ")[0] for line in lines] == [
        "verison: is not a known key",
        "[exports.c] log_groups: '/ x' is no name of a log group",
        "[exports.c] period: 'days' is not known",
        "[exports.c] back: 0 is out of range",
        "[exports.a] chanel: is not a known key",
        "[exports.a] log_groups: '/x' is in the log_groups of [exports.c] already",
        "[exports.a] retention: '30d' is too short: a month could be gone before it is exported",
        "[exports.b] at_most: 'much' is no size",
        "[exports.b]: takes no log group",
    ]
