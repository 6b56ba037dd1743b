"""Calls in the wrong order, or left out: each of these loses or doubles something where it breaks off."""

# ruff: noqa: E501 - the lines are those of other files

from tests.mutants.mutant import Mutant

ORDERS = (
    Mutant(
        "a message is deleted before its run is started",
        "spool/drain.py",
        (
            (
                "        begun = [starts.begin(case, decision) for case, decision in cases]\n",
                "        soon = [case for case, decision in cases if isinstance(decision, Start | Redrive)]\n"
                "        in_hand.settle([told for case in soon for told in case.messages])\n"
                "        begun = [starts.begin(case, decision) for case, decision in cases]\n",
            ),
            (
                "if outcome.settled for told in case.messages])\n",
                'if outcome.settled and outcome.kind not in ("started", "redriven") for told in case.messages])\n',
            ),
        ),
    ),
    Mutant(
        "a run is started before its failure is claimed",
        "spool/drain.py",
        (
            ("        decisions = answer(self.orders, chunk.cases, decisions, now=now)\n", ""),
            (
                "        begun = [starts.begin(case, decision) for case, decision in cases]\n",
                "        begun = [starts.begin(case, decision) for case, decision in cases]\n"
                "        [each.result() for each in begun]\n"
                "        answer(self.orders, chunk.cases, decisions, now=now)\n",
            ),
        ),
    ),
    Mutant(
        "no failure is claimed",
        "spool/drain.py",
        (("        decisions = answer(self.orders, chunk.cases, decisions, now=now)\n", ""),),
    ),
    Mutant(
        "a claim overwrites another answer",
        "aws/answers.py",
        (
            (
                "    condition = NO_OTHER_ANSWER\n",
                '    condition = "(attribute_not_exists(nothing) OR answer = :answer)"\n',
            ),
        ),
    ),
    Mutant(
        "a failure is recorded before it is sent to the spool",
        "spool/intake.py",
        (
            (
                '    message_id = sqs.send(client("sqs"), queue, envelope.body(), attributes)\n',
                '    message_id = "unknown"\n',
            ),
            (
                '    lineages.write_spooled(client("dynamodb"), places.state_table, facts, afresh=namesake, now=now)\n',
                '    lineages.write_spooled(client("dynamodb"), places.state_table, facts, afresh=namesake, now=now)\n'
                '    sqs.send(client("sqs"), queue, envelope.body(), attributes)\n',
            ),
        ),
    ),
    Mutant(
        "an outage is remembered before people are told",
        "spool/tripping.py",
        (
            (
                '    sns.publish(client("sns"), alert_topic_arn, write_outage_alert(outage, runs))\n'
                '    breakers.write_outage(client("dynamodb"), state_table, outage)\n',
                '    breakers.write_outage(client("dynamodb"), state_table, outage)\n'
                '    sns.publish(client("sns"), alert_topic_arn, write_outage_alert(outage, runs))\n',
            ),
        ),
    ),
    Mutant(
        "an old message is deleted before it is sent anew",
        "spool/refreshing.py",
        (
            (
                '    sqs.send(client("sqs"), queue_url, message.body, attributes)\n'
                "    scan.take_out(message)\n"
                '    sqs.delete(client("sqs"), queue_url, [message])\n',
                "    scan.take_out(message)\n"
                '    sqs.delete(client("sqs"), queue_url, [message])\n'
                '    sqs.send(client("sqs"), queue_url, message.body, attributes)\n',
            ),
        ),
    ),
    Mutant(
        "a message is deleted before it is in quarantine",
        "spool/act.py",
        (
            (
                '    sqs.send(client("sqs"), places.quarantine_queue_url, message.body, attributes)\n',
                '    sqs.delete(client("sqs"), places.spool_queue_url, [message])\n'
                '    sqs.send(client("sqs"), places.quarantine_queue_url, message.body, attributes)\n',
            ),
        ),
    ),
    Mutant(
        "an edited message leaves the quarantine before it is on the spool",
        "spool/single.py",
        (
            (
                '                sqs.send(client("sqs"), self.places.spool_queue_url, found.message.body, attributes)\n'
                "                self._delete(found)\n",
                "                self._delete(found)\n"
                '                sqs.send(client("sqs"), self.places.spool_queue_url, found.message.body, attributes)\n',
            ),
        ),
    ),
    Mutant(
        "a message is deleted before it is written down that it was dropped",
        "spool/single.py",
        (
            (
                "            if not edits_and_drops.write_drop(",
                "            self._delete(found)\n            if not edits_and_drops.write_drop(",
            ),
        ),
    ),
    Mutant(
        "the reconciler remembers a comparison before it has repaired anything",
        "spool/reconciling.py",
        (
            (
                "            for execution in self._not_spooled(failures_in(comparison, executions)):\n",
                '            reconciled.write_reconciled_until(client("dynamodb"), table, arn, until=comparison.until)\n'
                "            for execution in self._not_spooled(failures_in(comparison, executions)):\n",
            ),
        ),
    ),
    Mutant(
        "an execution is redriven without a look at it",
        "spool/act.py",
        (
            (
                "    if run and run.redrive_count > count:\n"
                '        return Outcome("duplicate", f"{arn} was redriven already")\n',
                "",
            ),
            ('token=f"{order.run.key.lineage}-{count}"', 'token=__import__("uuid").uuid4().hex'),
        ),
    ),
)
