"""CloudWatch Logs with export tasks."""

import json

from local.export_rules import Refused
from local.export_tasks import ExportTasks
from local.patches.patching import Answer, Function, Params, patch

export_tasks = ExportTasks()

OPERATIONS = {
    "CancelExportTask": export_tasks.cancel,
    "CreateExportTask": export_tasks.create,
    "DescribeExportTasks": export_tasks.describe,
}


@patch("services.cloudwatch_logs", "handle_request")
def export_tasks_exist(original: Function) -> Function:
    """AWS exports log groups to S3, one task at a time. MiniStack calls these operations unknown.

    IAM is enforced before this point, as for every other operation.
    """

    async def handle_request(
        method: str, path: str, headers: Params, body: bytes, query_params: Params
    ) -> Answer:
        from ministack.core.responses import error_response_json, json_response

        operation = OPERATIONS.get(headers.get("x-amz-target", "").rpartition(".")[2])
        if operation is None:
            return await original(method, path, headers, body, query_params)
        try:
            return json_response(operation(json.loads(body or b"{}")))
        except Refused as refusal:
            return error_response_json(refusal.code, refusal.message, 400)

    return handle_request
