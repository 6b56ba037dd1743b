"""JSONata as Step Functions evaluates it."""

import pytest

from tests.walking.definitions import machine_of, output, passing, walked


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{% $states.input %}", {"a": None, "b": [1], "c": {"d": [{"e": 1}, {"e": 2}]}}),
        ("{% $states.input.a %}", None),
        ("{% $states.input.b %}", [1]),
        ("{% $states.input.c.d.e %}", [1, 2]),
        ("{% [1..3] %}", [1, 2, 3]),
        ("{% 3 / 2 * 2 %}", 3),
        ({"x": ["{% $string(1) %}", "{%", 1]}, {"x": ["1", "{%", 1]}),
        ("{% $merge([{'a': 1}, {'a': $states.input.a}]) %}", {"a": None}),
        ("{% $exists($states.input.z) %}", False),
        ("{% $parse('{\"x\": [1]}').x %}", [1]),
        ("{% $states.context.Execution.Name %}", "r1"),
        ("{% $states.context.Execution.StartTime = $now() %}", True),
        ("{% $toMillis($states.context.State.EnteredTime) = $millis() %}", True),
    ],
)
def test_an_expression_is_evaluated(template, expected, walker):
    walk = walked(walker, passing(Output=template), {"a": None, "b": [1], "c": {"d": [{"e": 1}, {"e": 2}]}})

    assert output(walk) == expected


@pytest.mark.parametrize(
    "text", ["$states.input.z", "$nobody", "1 + 'a'", "$parse('{')", "function($x) {$x}"]
)
def test_what_cannot_be_evaluated_ends_the_run_red(text, walker):
    walk = walked(walker, passing(Output=f"{{% {text} %}}"))

    assert (walk.execution.status, walk.execution.error) == ("FAILED", "States.QueryEvaluationError")
    assert [event["type"] for event in walk.execution.history] == [
        "ExecutionStarted", "PassStateEntered", "EvaluationFailed", "ExecutionFailed",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["$uuid()", "$hash('x', 'MD5')", "$random()"])
def test_a_function_that_the_walker_does_not_know_is_refused(text, walker):
    with pytest.raises(NotImplementedError):
        walked(walker, passing(Output=f"{{% {text} %}}"))


def test_all_that_is_assigned_at_once_sees_the_variables_of_before(walker):
    definition = machine_of(
        ("First", {"Type": "Pass", "Assign": {"a": 1, "b": None}, "Next": "Second"}),
        (
            "Second",
            {
                "Type": "Pass",
                "Assign": {"a": "{% $a + 1 %}", "b": "{% $a %}"},
                "Output": "{% $a %}",
                "Next": "Third",
            },
        ),
        ("Third", {"Type": "Pass", "Output": ["{% $states.input %}", "{% $a %}", "{% $b %}"], "End": True}),
    )

    assert output(walked(walker, definition)) == [1, 2, 1]
