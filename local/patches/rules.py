"""EventBridge's answers about rules."""

from local.patches.patching import Answer, Function, Params, patch


@patch("services.eventbridge", "_put_rule")
def put_rule_replaces_the_whole_rule(original: Function) -> Function:
    """PutRule on AWS replaces a rule: a state that is left out is ENABLED, a description is gone.

    MiniStack keeps what was there, so that a careless PutRule looks harmless.
    """

    def _put_rule(data: Params) -> Answer:
        return original({"State": "ENABLED", "Description": "", "RoleArn": ""} | data)

    return _put_rule


@patch("services.eventbridge", "_enable_rule")
def only_a_rule_that_exists_is_enabled(original: Function) -> Function:
    """AWS answers ResourceNotFoundException for a rule that is not there; MiniStack says it is enabled."""

    def _enable_rule(data: Params) -> Answer:
        return _not_found(data) or original(data)

    return _enable_rule


@patch("services.eventbridge", "_disable_rule")
def only_a_rule_that_exists_is_disabled(original: Function) -> Function:
    """AWS answers ResourceNotFoundException for a rule that is not there; MiniStack says it is disabled."""

    def _disable_rule(data: Params) -> Answer:
        return _not_found(data) or original(data)

    return _disable_rule


def _not_found(data: Params) -> Answer | None:
    from ministack.services import eventbridge

    status, headers, body = eventbridge._describe_rule(data)
    return (status, headers, body) if status >= 400 else None
