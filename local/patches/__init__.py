"""Where MiniStack differs from AWS in something that Stepkeeper relies on, corrected in its own process.

Each patch says in its docstring what AWS does and what MiniStack does; docs/local-aws.md lists them, and
tests/local shows for each that MiniStack alone behaves otherwise. They fit one version of MiniStack.
"""

from local.patches import (
    access_log,
    athena,
    buckets,
    controls,
    delivery,
    executions,
    functions,
    iam,
    logs,
    metrics,
    permissions,
    polls,
    redrive,
    revisions,
    rules,
    runs,
    schedules,
    starts,
    status_events,
    step_functions,
    tagging,
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
    step_functions.a_stopped_run_starts_nothing_more,
    step_functions.a_stopped_run_stays_aborted,
    starts.a_run_keeps_its_revision,
    starts.a_repeated_start_is_the_same_run,
    runs.a_run_knows_where_it_is,
    redrive.redrive_exists,
    executions.a_run_says_whether_it_can_be_redriven,
    executions.runs_are_listed_with_their_redrives,
    executions.a_redriven_run_is_listed_by_its_redrive,
    revisions.a_revision_is_a_change,
    revisions.a_new_state_machine_has_no_revision_yet,
    revisions.a_run_tells_its_revision,
    status_events.status_events_know_redrives,
    polls.a_long_poll_is_a_wait,
    delivery.a_rule_invokes_asynchronously,
    delivery.a_task_invokes_asynchronously_if_it_says_so,
    delivery.an_asynchronous_invocation_is_known_as_one,
    delivery.a_throttled_event_waits,
    functions.functions_have_lambdas_environment,
    functions.functions_find_their_layers,
    functions.functions_reach_this_machine_alone,
    rules.put_rule_replaces_the_whole_rule,
    rules.only_a_rule_that_exists_is_enabled,
    rules.only_a_rule_that_exists_is_disabled,
    schedules.cloudformation_keeps_a_whole_schedule,
    schedules.cloudformation_replaces_a_whole_schedule,
    schedules.rules_fire_by_the_schedule_clock,
    schedules.schedules_fire_by_the_schedule_clock,
    athena.execution_parameters_are_bound,
    athena.a_repeated_token_is_the_same_query,
    logs.export_tasks_exist,
    logs.log_groups_are_listed_with_what_they_store,
    tagging.log_groups_are_found_by_their_tags,
    tagging.a_log_group_is_one_whatever_its_name,
    metrics.the_newest_data_come_first,
    metrics.metrics_are_kept_for_fifteen_months,
    buckets.cloudformation_keeps_lifecycle_rules,
    access_log.calls_are_logged,
)


def apply(*, only_controls: bool = False) -> None:
    """Apply the patches (none to MiniStack's behaviour with `only_controls`) and open the control paths."""
    if not only_controls:
        for each in PATCHES:
            each.apply()
    controls.control_paths.apply()
