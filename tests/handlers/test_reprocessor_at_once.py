"""Several messages of one failure, several reprocessors, and Step Functions too busy: each runs once."""


def test_what_somebody_else_is_writing_just_now_is_left_and_keeps_no_other_from_running(failing):
    lineages = failing.put_many(10)
    reasons = [{"Code": "TransactionConflict" if number == 3 else "None"} for number in range(10)]
    failing.world.faults.refuse(
        "TransactWriteItems", "TransactionCanceledException", times=1, CancellationReasons=reasons
    )

    answer = failing.ask()

    started = {run.name.split("-")[1] for run in failing.reruns}
    assert started == set(lineages) - {lineages[3]}
    assert (answer["success"], failing.visible) == (9, 1)


def test_messages_of_one_failure_in_one_chunk_start_one_run(failing):
    for _ in range(3):
        failing.put_failed("2026-11-21")
    failing.put_failed("2026-11-22")

    answer = failing.ask()

    assert len(failing.reruns) == answer["success"] == 2
    assert (answer["duplicates"], answer["left"]) == (2, 0)


def test_once_a_start_is_throttled_the_rest_goes_back_at_once_and_is_run_by_the_next_call(failing):
    failing.put_many(100)
    failing.world.faults.refuse("StartExecution", when=lambda sent: "run-020" in sent["name"])

    answer = failing.ask(max=100)

    assert answer["stopped_because"] == "throttled"
    assert 20 <= answer["success"] < 99  # those that are on their way already are started
    assert failing.visible == answer["left"] == 100 - answer["success"]
    failing.world.faults.clear()
    failing.ask(max=100)
    assert len({run.name for run in failing.reruns}) == len(failing.reruns) == 100


def test_two_reprocessors_at_once_start_each_run_once(failing):
    failing.put_many(15)
    failing.just_before("StartExecution", lambda: failing.simulation.invoke("reprocessor", {}), nth=5)

    failing.ask()

    assert len({run.name for run in failing.reruns}) == len(failing.reruns) == 15
    assert failing.world.spool.messages == []


def test_two_reprocessors_with_the_same_message_start_its_run_once(failing):
    """SQS has delivered it twice: the visibility timeout of a standard queue is no lock."""
    failing.put_many(5)

    def second():
        failing.world.spool.redeliver()
        failing.simulation.invoke("reprocessor", {})

    failing.just_before("StartExecution", second, nth=3)
    failing.ask()

    assert len({run.name for run in failing.reruns}) == len(failing.reruns) == 5
    assert failing.world.spool.messages == []
