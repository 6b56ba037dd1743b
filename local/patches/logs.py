"""CloudWatch Logs with export tasks, and with log groups that store what the stage says."""

import json

from local.export_rules import Refused
from local.export_tasks import ExportTasks
from local.patches.patching import Answer, Function, Params, patch

export_tasks = ExportTasks()

STORED_BYTES = "_stepkeeper_stored_bytes"
MOST_PER_PAGE = 50

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
            return error_response_json(refusal.code, refusal.message, refusal.status)

    return handle_request


@patch("services.cloudwatch_logs", "_describe_log_groups")
def log_groups_are_listed_with_what_they_store(original: Function) -> Function:
    """AWS tells what is stored in a log group (here as much as the stage was set for, if it was), and refuses
    a page of more than 50.

    MiniStack counts the characters of the events that it has, and takes 50 for any larger number.
    """

    def _describe_log_groups(data: Params) -> Answer:
        from ministack.core.responses import error_response_json, json_response
        from ministack.services import cloudwatch_logs

        if not 1 <= data.get("limit", MOST_PER_PAGE) <= MOST_PER_PAGE:
            message = f"limit must be from 1 to {MOST_PER_PAGE}"
            refusal: Answer = error_response_json("InvalidParameterException", message, 400)
            return refusal
        answer: Answer = original(data)
        if answer[0] != 200:
            return answer
        told = json.loads(answer[2])
        for listed in told["logGroups"]:
            group = cloudwatch_logs._log_groups[listed["logGroupName"]]
            listed["storedBytes"] = group.get(STORED_BYTES, listed["storedBytes"])
        listing: Answer = json_response(told)
        return listing

    return _describe_log_groups
