"""Where MiniStack differs from AWS in something that Stepkeeper relies on, corrected in its own process.

Each patch says in its docstring what AWS does and what MiniStack does; docs/local-aws.md lists them, and
tests/local shows for each that MiniStack alone behaves otherwise. They fit one version of MiniStack.
"""

from local.patches import (
    access_log,
    controls,
    delivery,
    functions,
    iam,
    logs,
    permissions,
    rules,
    schedules,
    step_functions,
)
from local.patches.patching import Patch

PATCHES: tuple[Patch, ...] = (
    iam.tls_is_assumed,
    iam.batches_need_the_single_action,
    iam.resources_are_named_as_aws_names_them,
    permissions.a_schedule_needs_pass_role,
    permissions.publishing_needs_the_topics_key,
    permissions.sending_needs_the_queues_key,
    step_functions.a_throttled_function_is_too_many_requests,
    delivery.a_rule_invokes_asynchronously,
    delivery.an_asynchronous_invocation_is_known_as_one,
    delivery.a_throttled_event_waits,
    functions.functions_have_lambdas_environment,
    rules.put_rule_replaces_the_whole_rule,
    rules.only_a_rule_that_exists_is_enabled,
    rules.only_a_rule_that_exists_is_disabled,
    schedules.cloudformation_keeps_a_whole_schedule,
    schedules.cloudformation_replaces_a_whole_schedule,
    schedules.rules_fire_by_the_schedule_clock,
    schedules.schedules_fire_by_the_schedule_clock,
    logs.export_tasks_exist,
    access_log.calls_are_logged,
)


def apply(*, only_controls: bool = False) -> None:
    """Apply the patches (none to MiniStack's behaviour with `only_controls`) and open the control paths."""
    if not only_controls:
        for each in PATCHES:
            each.apply()
    controls.control_paths.apply()
