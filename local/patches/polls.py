"""Long polls of SQS."""

from local.patches.patching import Function, Params, patch


@patch("services.sqs", "_dispatch")
def a_long_poll_is_a_wait(original: Function) -> Function:
    """AWS finds all messages of a queue only by a long poll, and an empty one takes all of its time.

    A short poll finds them here, so that a poll may be scaled as every other wait is. MiniStack does not.
    """

    async def _dispatch(action: str, data: Params, qurl: str) -> Params:
        from ministack.services import stepfunctions

        if action == "ReceiveMessage" and "WaitTimeSeconds" in data:
            scale = min(1.0, stepfunctions._SFN_WAIT_SCALE)
            data = data | {"WaitTimeSeconds": int(int(data["WaitTimeSeconds"]) * scale)}
        answer: Params = await original(action, data, qurl)
        return answer

    return _dispatch
