"""Events about exports that fit no shape of the two functions, and some about what nobody has planned."""

import json
from typing import Any

from tests.e2e.support.scenarios import EVENTS

MACHINE = "arn:aws:states:ap-northeast-1:000000000000:stateMachine:export_logs"
BEGIN = json.loads((EVENTS / "bucket_checker_begin.json").read_text())
NEXT = json.loads((EVENTS / "bucket_checker_next.json").read_text())
ACCEPT = json.loads((EVENTS / "bucket_checker_accept.json").read_text())
START = json.loads((EVENTS / "log_exporter_start.json").read_text())
CHECK = json.loads((EVENTS / "log_exporter_check.json").read_text())
PERIOD = START["period"]
AGAIN = {"log_group": PERIOD["log_group"], "period": PERIOD["id"]}
HUGE = "x" * 256 * 1024

FOR_BUCKET_CHECKER: dict[str, Any] = {
    "unknown-field": {"months": 3},
    "unknown-word": {"action": "plan"},
    "action-of-wrong-type": {"action": ["audit"]},
    "audit-with-a-field": {"action": "audit", "log_group": "/orders/nightly"},
    "next-of-no-run": NEXT | {"run": "tonight"},
    "next-after-unicode": NEXT | {"after": "/orders/注文"},
    "next-after-huge": NEXT | {"after": f"/{HUGE}"},
    "begin-without-an-execution": {name: value for name, value in BEGIN.items() if name != "execution"},
    "begin-of-a-state-machine": BEGIN | {"execution": MACHINE},
    "begin-again-what": BEGIN | {"again": "2026-10"},
    "begin-again-with-a-field": BEGIN | {"again": AGAIN | {"edition": 2}},
    "begin-again-a-period-in-words": BEGIN | {"again": AGAIN | {"period": "October"}},
    "begin-continues-a-number": BEGIN | {"continues": 1},
    "accept-without-a-reason": ACCEPT | {"reason": ""},
    "accept-of-all-groups": ACCEPT | {"log_group": "*"},
    "accept-of-other-digits": ACCEPT | {"period": "2026-0\uff19"},
    "accept-with-a-line-break": ACCEPT | {"period": "2026-09\n"},
    "accept-with-a-huge-reason": ACCEPT | {"reason": HUGE},
}
FOR_LOG_EXPORTER: dict[str, Any] = {
    "empty": {},
    "unknown-word": {"action": "cancel", "task_id": "1"},
    "no-period": {"action": "start"},
    "wrong-type": {"action": "start", "period": "2026-10"},
    "backward": {"action": "start", "period": PERIOD | {"to_ms": 0}},
    "unknown-field": {"action": "start", "period": PERIOD, "force": True},
    "record-as-it-was-before": CHECK | {"action": "record"},
    "check-with-a-task": CHECK | {"task_id": "1"},
    "negative-time": START | {"period": PERIOD | {"from_ms": -1}},
    "no-time-at-all": START | {"period": PERIOD | {"to_ms": PERIOD["from_ms"]}},
    "time-in-words": START | {"period": PERIOD | {"from_ms": "1790780400000"}},
    "time-with-a-fraction": START | {"period": PERIOD | {"to_ms": 1793458800000.5}},
    "true-for-a-time": START | {"period": PERIOD | {"from_ms": True}},
    "no-edition": START | {"period": PERIOD | {"edition": 0}},
    "no-retention": START | {"period": PERIOD | {"retention_days": 0}},
    "no-group": START | {"period": PERIOD | {"log_group": ""}},
    "unicode-group": START | {"period": PERIOD | {"log_group": "/orders/注文"}},
    "period-that-leads-elsewhere": START | {"period": PERIOD | {"id": "../audit"}},
    "period-with-a-field": START | {"period": PERIOD | {"bucket": "elsewhere"}},
    "run-of-wrong-type": START | {"run": {"id": "tonight"}},
    "huge-group": CHECK | {"period": PERIOD | {"log_group": HUGE}},
}
NO_PERIODS: dict[str, tuple[str, Any]] = {
    "accept-what-nobody-planned": ("BucketChecker", ACCEPT),
    "accept-a-month-that-never-was": ("BucketChecker", ACCEPT | {"period": "2026-13"}),
    "start-what-nobody-planned": ("LogExporter", START),
    "check-what-nobody-planned": ("LogExporter", CHECK),
    "start-at-the-end-of-time": ("LogExporter", START | {"period": PERIOD | {"to_ms": 10**30}}),
    "start-the-edition-after-all": ("LogExporter", START | {"period": PERIOD | {"edition": 10**30}}),
}
"""What is well said of a period that the ledger does not have."""
