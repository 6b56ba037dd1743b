"""Resource Groups Tagging API: the log groups that have certain tags."""

from typing import Any

from tests.simulated.log_group_lists import LogGroups
from tests.simulated.log_groups import LogGroup
from tests.simulated.refusal import Refusal, only

LARGEST_PAGE = 100


class Tagging:
    """It knows log groups alone, and only those that have tags."""

    def __init__(self, logs: LogGroups) -> None:
        self._logs = logs

    def get_resources(self, sent: dict[str, Any]) -> dict[str, Any]:
        only(sent, "TagFilters", "ResourceTypeFilters", "ResourcesPerPage", "PaginationToken")
        kinds, filters = sent.get("ResourceTypeFilters"), sent.get("TagFilters", [])
        if kinds != ["logs:log-group"]:
            raise NotImplementedError(f"the simulation does not know ResourceTypeFilters={kinds}")
        limit = sent.get("ResourcesPerPage", 50)
        if not 1 <= limit <= LARGEST_PAGE:
            raise Refusal("InvalidParameterException", f"ResourcesPerPage must be from 1 to {LARGEST_PAGE}")
        after = sent.get("PaginationToken", "")
        groups = self._logs.groups
        found = (name for name, its in groups.items() if its.tags and _has(its, filters))
        names = sorted(name for name in found if name > after)
        shown = [groups[name] for name in names[:limit]]
        return {
            "PaginationToken": shown[-1].name if len(names) > limit else "",
            "ResourceTagMappingList": [
                {
                    "ResourceARN": its.arn,
                    "Tags": [{"Key": key, "Value": value} for key, value in its.tags.items()],
                }
                for its in shown
            ],
        }


def _has(group: LogGroup, filters: list[dict[str, Any]]) -> bool:
    """All of the keys, each with one of its values; without values, with any."""
    return all(
        each["Key"] in group.tags and (not each.get("Values") or group.tags[each["Key"]] in each["Values"])
        for each in filters
    )
