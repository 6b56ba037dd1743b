"""Events that fit none of a function's shapes, by the names of the handlers in template.yaml."""

import json
from typing import Any

from tests.e2e.support.scenarios import EVENTS
from tests.e2e.support.wrong_exports import FOR_BUCKET_CHECKER, FOR_LOG_EXPORTER, HUGE

MACHINE = "arn:aws:states:ap-northeast-1:000000000000:stateMachine:orders"
CAUGHT = json.loads((EVENTS / "error_spooler_catch.json").read_text())
STATUS = json.loads((EVENTS / "error_spooler_status_change.json").read_text())
EDIT = json.loads((EVENTS / "reprocessor_edit.json").read_text())
DROP = json.loads((EVENTS / "reprocessor_drop.json").read_text())
QUERY = json.loads((EVENTS / "query_runner.json").read_text())
CLAIM = json.loads((EVENTS / "load_claimer_claim.json").read_text())
COMPLETE = json.loads((EVENTS / "load_claimer_complete.json").read_text())

FOR_EVERY_FUNCTION: dict[str, Any] = {
    "list": [{"detail": "disable"}],
    "string": "disable",
    "number": 12345,
    "null": None,
    "huge": {"filler": HUGE},
}
FOR_ONE: dict[str, dict[str, Any]] = {
    "RuleToggler": {
        "empty": {},
        "unknown-word": {"detail": "explode"},
        "wrong-type": {"detail": True},
        "unknown-field": {"detail": "disable", "gate": "rule/start-report"},
        "two-shapes": {"detail": "disable", "action": "disable", "targets": ["rule/start-report"]},
        "no-target": {"action": "disable", "targets": []},
        "target-not-in-a-list": {"action": "disable", "targets": "rule/start-report"},
        "huge-target": {"action": "disable", "targets": [{"rule": HUGE}]},
    },
    "ExecutionWatchdog": {
        "no-arn": {"SFN_ARN": "orders"},
        "wrong-type": {"SFN_ARN": [MACHINE]},
        "unknown-field": {"SFN_ARN": MACHINE, "until": "2026-11-21T03:00:00Z"},
        "since-and-within": {"SFN_ARN": MACHINE, "since": "2026-11-21T03:00:00Z", "within": "PT3H"},
        "time-without-zone": {"SFN_ARN": MACHINE, "since": "2026-11-21T03:00:00"},
        "seconds": {"SFN_ARN": MACHINE, "within": 3600},
        "huge-arn": {"SFN_ARN": MACHINE, "since": HUGE},
    },
    "ErrorSpooler": {
        "empty": {},
        "no-error": {name: value for name, value in CAUGHT.items() if name != "error"},
        "wrong-type": CAUGHT | {"execution": CAUGHT["execution"]["id"]},
        "unknown-field": CAUGHT | {"attempt": 2},
        "no-arn": CAUGHT | {"stateMachine": {"id": "orders", "name": "orders"}},
        "error-info-of-wrong-type": {"key": "12345", "error-info": "OutsideSystemDown"},
        "huge-state": CAUGHT | {"state": {"name": HUGE}},
        "status-without-a-run": STATUS | {"detail": {"status": "FAILED"}},
        "event-of-somebody-else": STATUS | {"source": "our.orders"},
    },
    "Reprocessor": {
        "text-for-a-number": {"max": "10"},
        "true-for-a-number": {"max": True},
        "zero": {"max": 0},
        "unknown-field": {"max": 10, "queue": "spool"},
        "unknown-action": {"action": "purge"},
        "plan-misspelt": {"action": "run", "plam": "1f0c2a9b"},
        "more-than-can-be-counted": {"action": "run", "max_running": 1001},
        "unknown-verdict": {"action": "plan", "override": "drop"},
        "edit-without-a-reason": {name: value for name, value in EDIT.items() if name != "reason"},
        "drop-without-a-lineage": DROP | {"lineage": "*"},
        "look-at-nothing": {"action": "look"},
        "huge-reason": DROP | {"reason": HUGE},
    },
    "SpoolReconciler": {
        "unknown-field": {"since": "2026-11-21T03:00:00Z"},
    },
    "SpoolRefresher": {
        "unknown-field": {"queue": "spool"},
    },
    "BucketChecker": FOR_BUCKET_CHECKER,
    "LogExporter": FOR_LOG_EXPORTER,
    "QueryRunner": {
        "empty": {},
        "sql-instead-of-where-it-lies": QUERY | {"sql": "SELECT 1"},
        "unknown-engine": QUERY | {"engine": "mysql"},
        "no-region": QUERY | {"databaseInformation": QUERY["databaseInformation"] | {"region": "Tokyo"}},
        "parameter-of-wrong-type": QUERY | {"parameters": {"days": ["2026-11-23"]}},
        "parameter-without-a-name": QUERY | {"parameters": {"1 OR 1 = 1": "x"}},
        "waits-for-ever": QUERY | {"max_wait": "P1D"},
        "start-without-execution": QUERY | {"action": "start"},
        "status-without-query": {"action": "status"},
        "huge-parameter-name": QUERY | {"parameters": {HUGE: 1}},
    },
    "Notifier": {
        "empty": {},
        "no-text": {"text": " "},
        "wrong-type": {"text": ["loaded"]},
        "webhook": {"text": "loaded", "url": "http://127.0.0.1:1/services/T/B/x"},
        "wrong-emoji": {"text": "loaded", "icon_emoji": "tada"},
        "huge-name": {"text": "loaded", "username": HUGE},
    },
    "LoadClaimer": {
        "empty": {},
        "unknown-word": COMPLETE | {"action": "release"},
        "no-arn": COMPLETE | {"execution": "tonight"},
        "no-input": {name: value for name, value in CLAIM.items() if name != "input"},
        "wrong-type": CLAIM | {"execution": CLAIM["execution"]["id"]},
        "unknown-field": CLAIM | {"force": True},
        "huge-key": COMPLETE | {"key": [HUGE]},
    },
}
NO_LOADS: dict[str, Any] = {
    "empty": {},
    "list": [CLAIM["input"]],
    "time-without-zone": CLAIM["input"] | {"scheduled_time": "2026-11-26T09:30:00"},
    "waits-too-long": CLAIM["input"] | {"wait_at_most": "P8D"},
    "unknown-channel": CLAIM["input"] | {"channels": {"done": "#batch"}},
    "parameter-of-ours": CLAIM["input"] | {"parameters": {"period": "2026-W01"}},
    "huge-key": CLAIM["input"] | {"key": HUGE},
}
NOT_JSON = [b'{"detail": "disable"', b"detail=disable", b'{"max": 01}', b"\xff\xfe", b"x" * 256 * 1024]
