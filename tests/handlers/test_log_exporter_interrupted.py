"""Wherever an export breaks off: it is started once, and recorded only when it is there."""

import pytest
from botocore.exceptions import ConnectionClosedError

from stepkeeper.handlers.log_exporter import handler
from tests.handlers.exports import START, manifest, record, tasks
from tests.wire import BREAKS, Crash

pytestmark = pytest.mark.usefixtures("october")

STARTING = ["logs:DescribeExportTasks", "logs:DescribeExportTasks", "logs:CreateExportTask"]
RECORDING = ["logs:DescribeExportTasks", "s3:ListObjectsV2", "s3:PutObject"]


@pytest.mark.parametrize("how", BREAKS)
@pytest.mark.parametrize("call", range(len(STARTING)))
def test_an_interrupted_start_that_is_repeated_leaves_one_task(call, how, stack, context):
    with stack.aws.wire.breaking(call, how), pytest.raises((Crash, ConnectionClosedError)):
        handler(START, context)

    answer = handler(START, context)

    (task,) = tasks()
    assert answer == {"task_id": task.task_id}


@pytest.mark.parametrize("how", BREAKS)
@pytest.mark.parametrize("call", range(len(RECORDING)))
def test_an_interrupted_record_that_is_repeated_tells_the_truth(call, how, stack, context):
    task_id = handler(START, context)["task_id"]
    with stack.aws.wire.breaking(call, how), pytest.raises((Crash, ConnectionClosedError)):
        handler(record(task_id), context)
    interrupted = manifest(stack)

    handler(record(task_id), context)

    written_in_vain = call == RECORDING.index("s3:PutObject") and how != "crash before"
    assert (interrupted is not None) == written_in_vain
    assert (manifest(stack)["task_id"], manifest(stack)["objects"]) == (task_id, 1)


def test_the_interrupted_calls_are_all_calls(stack, context):
    wire = stack.aws.wire

    task_id = handler(START, context)["task_id"]
    starting = list(wire.calls)
    handler(record(task_id), context)

    assert starting == STARTING
    assert wire.calls[len(starting) :] == RECORDING
