"""What IAM is asked about a request, where MiniStack names the action or the resource otherwise than AWS."""

from local.patches.patching import Function, Params, patch
from local.patches.requests import fields, first, operation

SINGLE_ACTION = {
    "sns:PublishBatch": "sns:Publish",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:SendMessageBatch": "sqs:SendMessage",
}
# Those of a query; they need not name the workgroup.
WORKGROUP_OPERATIONS = frozenset(
    {"GetQueryExecution", "GetQueryResults", "StartQueryExecution", "StopQueryExecution"}
)


@patch("app", "pin_request_origin")
def tls_is_assumed(original: Function) -> Function:
    """AWS endpoints speak TLS, so a policy that denies where aws:SecureTransport is false harms nobody.

    MiniStack is reached by plain HTTP here and takes such a policy at its word: it denies every call.
    """

    def pin_request_origin(source_ip: str, secure_transport: bool) -> None:  # noqa: ARG001
        original(source_ip, True)

    return pin_request_origin


@patch("core.iam_actions", "extract_iam_action")
def batches_need_the_single_action(original: Function) -> Function:
    """AWS authorizes SendMessageBatch, DeleteMessageBatch and the like by the action for one message.

    MiniStack asks for an action of the batch call's own name, which does not exist in IAM.
    """

    def extract_iam_action(
        service: str, method: str, path: str, headers: Params, body: bytes, query_params: Params
    ) -> str | None:
        action = original(service, method, path, headers, body, query_params)
        return SINGLE_ACTION.get(action, action)

    return extract_iam_action


@patch("core.iam_actions", "extract_resource_arn")
def resources_are_named_as_aws_names_them(original: Function) -> Function:
    """On AWS a rule of the default bus is `rule/NAME`, a schedule is `schedule/GROUP/NAME`, a query belongs
    to its `workgroup/NAME`, and what is done to a log group is checked on `log-group:NAME:log-stream:…`,
    which is why policies end in `:*`.

    MiniStack says `rule/default/NAME`, takes the bus for the rule where its targets are listed, puts every
    schedule into the group `default`, knows the workgroup only where the request names it, and checks the log
    group without an end: policies written for AWS are refused.
    """

    def extract_resource_arn(
        service: str,
        method: str,
        path: str,
        headers: Params,
        body: bytes,
        query_params: Params,
        region: str,
        account_id: str,
    ) -> str:
        theirs: str = original(service, method, path, headers, body, query_params, region, account_id)
        prefix = f"arn:aws:{service}:{region}:{account_id}"
        if service == "events":
            return _rule_arn(prefix, theirs, fields(body))
        if service == "scheduler":
            group = _schedule_group(body, query_params)
            return theirs.replace(f"{prefix}:schedule/default/", f"{prefix}:schedule/{group}/")
        if service == "logs":
            return _log_arn(prefix, theirs, headers, fields(body))
        if service == "athena":
            return _workgroup_arn(prefix, theirs, headers, fields(body))
        return theirs

    return extract_resource_arn


def _rule_arn(prefix: str, theirs: str, named: Params) -> str:
    rule = named.get("Name") or named.get("Rule")
    if rule and (theirs == "*" or "Rule" in named):
        theirs = f"{prefix}:rule/{named.get('EventBusName', 'default')}/{rule}"
    return theirs.replace(f"{prefix}:rule/default/", f"{prefix}:rule/")


def _log_arn(prefix: str, theirs: str, headers: Params, named: Params) -> str:
    group = named.get("logGroupName", "")
    if "Tag" in operation(headers) or not (group or operation(headers) == "DescribeLogGroups"):
        return theirs
    return f"{prefix}:log-group:{group}:log-stream:{named.get('logStreamName', '')}"


def _workgroup_arn(prefix: str, theirs: str, headers: Params, named: Params) -> str:
    from ministack.services import athena

    if theirs != "*" or operation(headers) not in WORKGROUP_OPERATIONS:
        return theirs
    query = athena._executions.get(named.get("QueryExecutionId")) or {}
    return f"{prefix}:workgroup/{query.get('WorkGroup', 'primary')}"


def _schedule_group(body: bytes, query_params: Params) -> str:
    return str(fields(body).get("GroupName") or first(query_params, "groupName") or "default")
