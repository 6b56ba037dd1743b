"""Settings: what is missing or wrong is named."""

import pytest
from pydantic import Field

from stepkeeper.errors import InvalidSettings
from stepkeeper.settings import OptionalText, Settings


class SampleSettings(Settings):
    state_table: str = Field(min_length=3)
    max_reprocess: int = Field(ge=1)
    targets: OptionalText


GIVEN = {"STATE_TABLE": "table", "MAX_REPROCESS": "10", "TARGETS": "rule/a"}


def test_a_field_is_the_variable_of_the_same_name() -> None:
    settings = SampleSettings.read({**GIVEN, "PATH": "/bin", "state_table": "not this one"})

    assert settings == SampleSettings(STATE_TABLE="table", MAX_REPROCESS=10, TARGETS="rule/a")


def test_settings_come_from_the_environment_of_the_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**GIVEN, "STATE_TABLE": "another"}.items():
        monkeypatch.setenv(name, value)

    assert SampleSettings.read().state_table == "another"


@pytest.mark.parametrize("missing", GIVEN)
def test_a_missing_variable_is_named(missing: str) -> None:
    given = {name: value for name, value in GIVEN.items() if name != missing}

    with pytest.raises(InvalidSettings, match=rf"{missing}: Field required$"):
        SampleSettings.read(given)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STATE_TABLE", ""),
        ("STATE_TABLE", "ab"),
        ("MAX_REPROCESS", ""),
        ("MAX_REPROCESS", "0"),
        ("MAX_REPROCESS", "-1"),
        ("MAX_REPROCESS", "ten"),
        ("MAX_REPROCESS", "1.5"),
        ("MAX_REPROCESS", "1" * 5000),
    ],
)
def test_a_wrong_variable_is_named(name: str, value: str) -> None:
    with pytest.raises(InvalidSettings, match=f" {name}: ") as failure:
        SampleSettings.read({**GIVEN, name: value})

    assert str(failure.value).count(": ") == 1
    assert len(str(failure.value)) < 200


def test_every_variable_that_is_missing_or_wrong_is_named_at_once() -> None:
    with pytest.raises(InvalidSettings, match=r"STATE_TABLE: .*; MAX_REPROCESS: .*; TARGETS: ") as failure:
        SampleSettings.read({"MAX_REPROCESS": "none"})

    assert failure.value.__cause__ is None


def test_a_template_that_leaves_an_optional_variable_empty_says_that_there_is_none() -> None:
    assert SampleSettings.read({**GIVEN, "TARGETS": ""}).targets is None


def test_a_value_that_may_be_a_secret_is_not_in_the_message() -> None:
    with pytest.raises(InvalidSettings) as failure:
        SampleSettings.read({**GIVEN, "MAX_REPROCESS": "hunter2"})

    assert "hunter2" not in str(failure.value)
