"""CloudWatch where it keeps and tells metrics otherwise than on AWS."""

import json

from local.patches.patching import Answer, Function, Params, patch

MOST_METRICS = 500
KEPT_SECONDS = 455 * 86_400


@patch("services.cloudwatch", "_get_metric_data")
def the_newest_data_come_first(original: Function) -> Function:
    """AWS tells the newest data first if nothing is said, and at most 500 metrics for one request.

    MiniStack always tells the oldest first, of any number of metrics.
    """

    def _get_metric_data(params: Params, cbor_data: Params, is_cbor: bool, is_json: bool = False) -> Answer:
        from ministack.services import cloudwatch

        if len(cbor_data.get("MetricDataQueries", ())) > MOST_METRICS:
            message = f"The collection MetricDataQueries must not have a size greater than {MOST_METRICS}."
            refusal: Answer = cloudwatch._error(
                "ValidationError", message, 400, use_json=is_json, use_cbor=is_cbor
            )
            return refusal
        answer: Answer = original(params, cbor_data, is_cbor, is_json)
        # boto3 speaks JSON with CloudWatch; the other protocols are left as they are.
        if not is_json or answer[0] != 200 or cbor_data.get("ScanBy") == "TimestampAscending":
            return answer
        told = json.loads(answer[2])
        for result in told["MetricDataResults"]:
            result["Timestamps"].reverse()
            result["Values"].reverse()
        return answer[0], answer[1], json.dumps(told).encode()

    return _get_metric_data


@patch("services.cloudwatch", "_evict_old_metrics")
def metrics_are_kept_for_fifteen_months(original: Function) -> Function:
    """AWS keeps metrics for 455 days. MiniStack forgets after two weeks."""

    def _evict_old_metrics() -> None:
        from ministack.services import cloudwatch

        cloudwatch.TWO_WEEKS_SECONDS = KEPT_SECONDS
        original()

    return _evict_old_metrics
