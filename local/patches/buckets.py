"""S3 where CloudFormation makes a bucket otherwise than on AWS."""

from typing import Any

from local.patches.patching import Function, Params, patch

LEAST_DAYS_TO_INFREQUENT = 30
INFREQUENT = ("STANDARD_IA", "ONEZONE_IA")
RENAMED = {
    "TransitionInDays": "Days",
    "TransitionDate": "Date",
    "ExpirationInDays": "Days",
    "ExpirationDate": "Date",
}


@patch("services.cloudformation.provisioners", "_s3_apply_configurations")
def cloudformation_keeps_lifecycle_rules(original: Function) -> Function:
    """A bucket of a stack has the lifecycle rules of its template, and a mistake in them fails the stack.

    MiniStack drops them. Nothing is moved or deleted by them here either; they can only be read.
    """

    def _s3_apply_configurations(name: str, props: Params, old_props: Params | None = None) -> None:
        from ministack.services import s3

        original(name, props, old_props)
        if "LifecycleConfiguration" in props:
            rules = [_rule(rule, str(n)) for n, rule in enumerate(props["LifecycleConfiguration"]["Rules"])]
            _check(rules)
            s3._bucket_lifecycle[name] = rules
        elif old_props and "LifecycleConfiguration" in old_props:
            s3._bucket_lifecycle.pop(name, None)

    return _s3_apply_configurations


def _rule(given: Params, name: str) -> dict[str, Any]:
    """A rule of a template in the words of S3's own API."""
    rule = {"ID": given.get("Id", name), "Status": given["Status"], "Filter": _filter(given)}
    transitions = [*given.get("Transitions", ()), *([given["Transition"]] if "Transition" in given else ())]
    if transitions:
        rule["Transitions"] = [_renamed(each) for each in transitions]
    expiration = {key: given[key] for key in ("ExpirationInDays", "ExpirationDate") if key in given}
    if expiration:
        rule["Expiration"] = _renamed(expiration)
    for key in ("NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload"):
        if key in given:
            rule[key] = {each: int(days) for each, days in given[key].items()}
    return rule


def _filter(given: Params) -> dict[str, Any]:
    tags = given.get("TagFilters", [])
    prefix = {"Prefix": given["Prefix"]} if "Prefix" in given else {}
    if not tags:
        return prefix
    return {"Tag": tags[0]} if len(tags) == 1 and not prefix else {"And": {**prefix, "Tags": tags}}


def _renamed(given: Params) -> dict[str, Any]:
    named = {RENAMED.get(key, key): value for key, value in given.items()}
    return named | ({"Days": int(named["Days"])} if "Days" in named else {})


def _check(rules: list[dict[str, Any]]) -> None:
    from ministack.services import s3

    if (refusal := s3._lifecycle_rules_error(rules)) is not None:
        raise ValueError(refusal[2].decode())
    for rule in rules:
        for each in rule.get("Transitions", ()):
            if each["StorageClass"] in INFREQUENT and each.get("Days", 99) < LEAST_DAYS_TO_INFREQUENT:
                raise ValueError(
                    f"'Days' in Transition action must be greater than or equal to {LEAST_DAYS_TO_INFREQUENT}"
                    f" for storageClass '{each['StorageClass']}'"
                )
