"""Questions to the execution watchdog that make no sense."""

from typing import Any

import pytest

from stepkeeper.errors import UnroutableEvent
from stepkeeper.handlers import execution_watchdog
from tests.conftest import FakeContext
from tests.memory import Stack


@pytest.mark.parametrize(
    "wrong",
    [
        {"since": "2026-11-21T18:00:00+09:00", "within": "PT24H"},
        {"since": "2026-11-21T18:00:00"},
        {"since": "yesterday"},
        {"since": "1795000000"},
        {"since": 1_795_000_000},
        {"since": ""},
        {"within": "PT0S"},
        {"within": "-PT1H"},
        {"within": "24 hours"},
        {"within": 24},
        {"within": "3600"},
        {"within": "P999999999D"},
        {"within": "P10000000000D"},
        {"until": "2026-11-21T18:00:00+09:00"},
        {"SFN_ARN": ""},
        {"SFN_ARN": "nightly-orders"},
        {"SFN_ARN": "arn:aws:states:ap-northeast-1:123456789012:stateMachine:nightly-orders:7"},
        {"SFN_ARN": "arn:aws:states:ap-northeast-1:123456789012:execution:nightly-orders:1"},
        {"SFN_ARN": None},
    ],
    ids=str,
)
def test_a_question_that_makes_no_sense_is_refused_before_anything_has_happened(
    stack: Stack, context: FakeContext, wrong: dict[str, Any]
) -> None:
    arn = "arn:aws:states:ap-northeast-1:123456789012:stateMachine:nightly-orders"

    with pytest.raises(UnroutableEvent, match=rf"{next(iter(wrong))}|give 'since' or 'within', not both"):
        execution_watchdog.handler({"SFN_ARN": arn, **wrong}, context)

    assert stack.aws.wire.calls == []
