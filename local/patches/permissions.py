"""Permissions that AWS asks for besides the one on the resource itself, and MiniStack does not."""

import uuid

from local.patches.patching import Answer, Function, Params, patch
from local.patches.requests import fields, first, operation

KEY_REFUSED = {"sns": "KMSAccessDenied", "sqs": "KmsAccessDenied"}
WRITERS_KEY_ACTIONS = ("kms:GenerateDataKey", "kms:Decrypt")
QUEUE_KEY_ACTIONS = {
    "ReceiveMessage": ("kms:Decrypt",),
    "SendMessage": WRITERS_KEY_ACTIONS,
    "SendMessageBatch": WRITERS_KEY_ACTIONS,
}


@patch("services.scheduler", "handle_request")
def a_schedule_needs_pass_role(original: Function) -> Function:
    """AWS lets nobody create or update a schedule who may not pass the role of its target to Scheduler.

    MiniStack asks for the action on the schedule only.
    """

    async def handle_request(
        method: str, path: str, headers: Params, body_bytes: bytes, query_params: Params
    ) -> Answer:
        role = fields(body_bytes).get("Target", {}).get("RoleArn")
        if role and method in ("POST", "PUT") and path.startswith("/schedules/"):
            context = {"iam:PassedToService": "scheduler.amazonaws.com"}
            refusal = _refusal("scheduler", "iam:PassRole", role, context, headers, query_params)
            if refusal:
                return refusal
        return await original(method, path, headers, body_bytes, query_params)

    return handle_request


@patch("services.sns", "handle_request")
def publishing_needs_the_topics_key(original: Function) -> Function:
    """AWS lets a principal publish to a topic under a customer's key only if it may use that key.

    MiniStack stores the topic's key and never asks for it.
    """

    async def handle_request(
        method: str, path: str, headers: Params, body: bytes, query_params: Params
    ) -> Answer:
        from ministack.app import _routing_params
        from ministack.services import sns

        form = _routing_params(method, path, headers, body, query_params)
        if first(form, "Action") in ("Publish", "PublishBatch"):
            topic = sns._topics.get(first(form, "TopicArn")) or {}
            key = topic.get("attributes", {}).get("KmsMasterKeyId")
            refusal = _key_refusal("sns", key, WRITERS_KEY_ACTIONS, headers, query_params)
            if refusal:
                return refusal
        return await original(method, path, headers, body, query_params)

    return handle_request


@patch("services.sqs", "handle_request")
def sending_needs_the_queues_key(original: Function) -> Function:
    """AWS lets a principal send to or receive from a queue under a customer's key only if it may use it.

    MiniStack stores the queue's key and never asks for it.
    """

    async def handle_request(
        method: str, path: str, headers: Params, body: bytes, query_params: Params
    ) -> Answer:
        from ministack.services import sqs

        actions = QUEUE_KEY_ACTIONS.get(operation(headers), ())
        queue = sqs._queues.get(fields(body).get("QueueUrl")) if actions else None
        if queue:
            key = queue["attributes"].get("KmsMasterKeyId")
            refusal = _key_refusal("sqs", key, actions, headers, query_params)
            if refusal:
                return refusal
        return await original(method, path, headers, body, query_params)

    return handle_request


def _key_refusal(
    service: str, key_id: str | None, actions: tuple[str, ...], headers: Params, query_params: Params
) -> Answer | None:
    from ministack.core.responses import get_region
    from ministack.services import kms

    # A service's own key (alias/aws/sns) lets everyone in who may use the service.
    key = kms._resolve_key(key_id) if key_id and not key_id.startswith("alias/aws/") else None
    if key is None:
        return None
    context = {"kms:ViaService": f"{service}.{get_region()}.amazonaws.com"}
    for action in actions:
        refusal = _refusal(service, action, key["Arn"], context, headers, query_params)
        if refusal:
            return refusal
    return None


def _refusal(
    service: str, action: str, resource: str, context: Params, headers: Params, query_params: Params
) -> Answer | None:
    """The answer `service` gives to a caller who lacks `action` on `resource`, None if it is allowed."""
    from ministack.core.iam_actions import access_denied_response, identity_denial_message
    from ministack.core.iam_evaluator import enforce
    from ministack.core.responses import get_region
    from ministack.core.router import extract_access_key_id

    key = extract_access_key_id(headers, query_params)
    denied = enforce(key, action, action.partition(":")[0], get_region(), resource, context)
    if denied is None:
        return None
    who = denied.principal_arn
    message = identity_denial_message(action, who, resource, denied.decision == "Deny")
    return access_denied_response(
        service,
        action,
        who,
        str(uuid.uuid4()),
        error_code=KEY_REFUSED.get(service, ""),
        message=message,
        headers=headers,
        resource_arn=resource,
    )
