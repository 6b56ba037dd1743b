"""The Resource Groups Tagging API where it finds less than on AWS."""

import json
from collections.abc import Iterator

from local.patches.patching import Answer, Function, Params, patch
from local.patches.requests import fields, operation

MOST_PER_PAGE = 100
Resource = tuple[str, list[dict[str, str]]]


@patch("services.tagging", "handle_request")
def log_groups_are_found_by_their_tags(original: Function) -> Function:
    """AWS finds tagged log groups, by an ARN without an end, and tells resources by pages of 100 at most.

    MiniStack knows the tags of log groups, but not here, and tells everything at once.
    """
    from ministack.services import tagging

    tagging._COLLECTORS["logs"] = _tagged_log_groups

    async def handle_request(
        method: str, path: str, headers: Params, body: bytes, query_params: Params
    ) -> Answer:
        request = fields(body)
        size, token = request.get("ResourcesPerPage", MOST_PER_PAGE), request.get("PaginationToken") or "0"
        if operation(headers) != "GetResources":
            return await original(method, path, headers, body, query_params)
        if not 1 <= size <= MOST_PER_PAGE or not token.isdecimal():
            refusal: Answer = tagging._invalid_parameter("ResourcesPerPage or PaginationToken is not valid")
            return refusal
        status, answer_headers, answer = await original(method, path, headers, body, query_params)
        if status != 200:
            return status, answer_headers, answer
        found = json.loads(answer)["ResourceTagMappingList"]
        start, end = int(token), int(token) + size
        page = {
            "ResourceTagMappingList": found[start:end],
            "PaginationToken": str(end) if end < len(found) else "",
        }
        return status, answer_headers, json.dumps(page).encode()

    return handle_request


@patch("services.tagging", "_matches_type_filters")
def a_log_group_is_one_whatever_its_name(original: Function) -> Function:
    """What stands before the name tells AWS what a resource is: `log-group:/orders` is a `logs:log-group`.

    MiniStack takes all before the first slash of the name for it.
    """

    def _matches_type_filters(arn: str, type_filters: list[str]) -> bool:
        if not arn.startswith("arn:aws:logs:") or not type_filters:
            return bool(original(arn, type_filters))
        return not {"logs", f"logs:{arn.split(':')[5]}"}.isdisjoint(type_filters)

    return _matches_type_filters


def _tagged_log_groups() -> Iterator[Resource]:
    from ministack.services import cloudwatch_logs, tagging

    for name, group in cloudwatch_logs._log_groups.items():
        if group["tags"]:
            yield cloudwatch_logs._make_group_arn_no_star(name), tagging._normalise_flat(group["tags"])
