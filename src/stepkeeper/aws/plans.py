"""The state table: plans, each on as many pages as it needs."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from stepkeeper.domain.failure import FailureKey, parse_failure_key
from stepkeeper.domain.plan import PLAN_LASTS, Plan, Source
from stepkeeper.domain.verdict import Verdict

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

KEYS_ON_A_PAGE = 5_000
"""About 100 KB; an item takes 400 KB (DynamoDB quotas)."""

LAST_PAGE = "plan"


def write_plan(client: "DynamoDBClient", table: str, plan: Plan) -> None:
    """Writes a plan; what makes it readable comes last."""
    expires = {"N": str(int((plan.made_at + PLAN_LASTS).timestamp()))}
    for verdict in sorted(set(plan.verdicts.values())):
        keys = sorted(str(key) for key, its in plan.verdicts.items() if its == verdict)
        for first in range(0, len(keys), KEYS_ON_A_PAGE):
            page = keys[first : first + KEYS_ON_A_PAGE]
            client.put_item(
                TableName=table,
                Item={
                    **_key(plan.id, f"{verdict}#{first:010d}"),
                    "verdict": {"S": verdict},
                    "failures": {"SS": page},
                    "expires_at": expires,
                },
            )
    client.put_item(
        TableName=table,
        Item={
            **_key(plan.id, LAST_PAGE),
            "made_at": {"S": plan.made_at.astimezone(UTC).isoformat()},
            "source": {"S": plan.source},
            "forced": {"BOOL": plan.forced},
            "revisions": {"M": {arn: {"S": revision} for arn, revision in plan.revisions.items()}},
            "expires_at": expires,
        },
    )


def read_plan(client: "DynamoDBClient", table: str, plan_id: str) -> Plan | None:
    """A plan, whole; None where there is none, or only a part of one."""
    pages = client.get_paginator("query").paginate(
        TableName=table,
        ConsistentRead=True,
        KeyConditionExpression="pk = :plan",
        ExpressionAttributeValues={":plan": _key(plan_id, LAST_PAGE)["pk"]},
    )
    verdicts: dict[FailureKey, Verdict] = {}
    last: dict[str, AttributeValueTypeDef] | None = None
    for item in (item for page in pages for item in page["Items"]):
        if item["sk"]["S"] == LAST_PAGE:
            last = item
        else:
            verdict = cast(Verdict, item["verdict"]["S"])
            verdicts |= {parse_failure_key(text): verdict for text in item["failures"]["SS"]}
    if last is None:
        return None
    return Plan(
        id=plan_id,
        made_at=datetime.fromisoformat(last["made_at"]["S"]),
        source=cast(Source, last["source"]["S"]),
        forced=last["forced"]["BOOL"],
        revisions={arn: revision["S"] for arn, revision in last["revisions"]["M"].items()},
        verdicts=verdicts,
    )


def _key(plan_id: str, page: str) -> "dict[str, AttributeValueTypeDef]":
    return {"pk": {"S": f"plan#{plan_id}"}, "sk": {"S": page}}
