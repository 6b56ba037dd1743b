"""Many runs of one load, broken off anywhere: the engine loads at most once.

The runs follow load_when_ready, the claim is decided by the product's rules, and written as DynamoDB would:
only in the place of the version before. The engine runs one statement for each name: whoever comes with it
again joins, also when it has failed. A name that it only refused is as good as new, unless an earlier try had
got through.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from stepkeeper.domain import load_claimer as rules
from stepkeeper.domain.load_claimer import CLAIM_LASTS, KNOWN_AFTER, Changed, Claim, Refused, Unchanged

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
MANY = settings(max_examples=300, stateful_step_count=40, suppress_health_check=[HealthCheck.filter_too_much])
UNTIL_FOUND = settings(
    MANY, max_examples=2000, derandomize=True, database=None, phases=[Phase.generate], print_blob=False
)
WHICH = st.integers(0, 3)
ENDED = ("Loaded", "Load failed", "Nothing to load")


def one_of(items, which):
    return items[which % len(items)]


@dataclass
class Taking:
    """A claim that is decided on, and not written yet. Nobody hears of it where the run was aborted."""

    decision: Changed | Unchanged | Refused
    found: Claim | None
    holder_runs: bool | None
    heard: bool = True


@dataclass
class Run:
    """One execution. `at` is the state of load_when_ready that it is in."""

    arn: str
    started: datetime
    at: str = "Claim the load"
    alive: bool = True
    ended_once: bool = False
    load_as: str | None = None
    sent: bool = False
    seen: str | None = None
    taking: Taking | None = None


class Loads(RuleBasedStateMachine):
    """Runs of one load for one period."""

    take = staticmethod(rules.take)
    who_forgets = ("failed",)

    def __init__(self):
        super().__init__()
        self.now = NOON
        self.runs: list[Run] = []
        self.claim: Claim | None = None
        self.statements: dict[str, str] = {}

    @precondition(lambda self: len(self.runs) < 4)
    @rule()
    def a_run_starts(self):
        self.runs.append(Run(f"arn:{len(self.runs)}", self.now))

    @precondition(lambda self: self.living())
    @rule(which=WHICH, states=st.integers(0, 5), known=st.booleans(), refused=st.booleans())
    def a_run_goes_on(self, which, states, known, refused):
        """Some states further. Where it is none, an answer is lost, so that the state is tried again."""
        run = one_of(self.living(), which)
        for _ in range(states or 1):
            if run.alive:
                self.goes_on(run, smoothly=states > 0, known=known, refused=refused)

    @precondition(lambda self: any(run.sent for run in self.runs))
    @rule(which=WHICH)
    def a_statement_arrives_late(self, which):
        """Once more, or for the first time: a try that nobody waits for any more."""
        self.begins(one_of([run for run in self.runs if run.sent], which))

    @precondition(lambda self: self.living("Start the load", "Look at the load", "Record the load"))
    @rule(which=WHICH)
    def a_run_gives_up(self, which):
        """Nobody answers it."""
        running = self.living("Start the load", "Look at the load", "Record the load")
        self.fails(one_of(running, which), "unanswered")

    @precondition(lambda self: any(run.taking for run in self.runs))
    @rule(which=WHICH, heard=st.booleans())
    def a_claim_is_written_late(self, which, heard):
        """After others have written theirs, or after the run was aborted."""
        run = one_of([run for run in self.runs if run.taking], which)
        run.taking.heard &= heard
        self.takes(run)

    @precondition(lambda self: any(run.seen in ("succeeded", "failed") for run in self.runs))
    @rule(which=WHICH)
    def what_the_engine_said_is_written_late(self, which):
        """Once more, or by an invocation that outlived its run."""
        run = one_of([run for run in self.runs if run.seen in ("succeeded", "failed")], which)
        if run.seen == "succeeded":
            self.completes(run)
        else:
            self.write(rules.forget(self.claim, load_as=run.load_as))

    @precondition(lambda self: self.claim and self.claim.load_as and not self.claim.done)
    @rule(which=WHICH)
    def a_claim_is_repeated_since_its_answer_was_lost(self, which):
        run = one_of(self.runs, which)
        if self.claim.holder == run.arn and run.load_as:
            again = self.take(self.claim, run.arn, now=self.now, holder_runs=False)
            assert again.claim.load_as == run.load_as, "it goes on under another name"

    @precondition(lambda self: "running" in self.statements.values())
    @rule(which=WHICH, outcome=st.sampled_from(["succeeded", "failed"]))
    def the_engine_finishes(self, which, outcome):
        running = [name for name, state in self.statements.items() if state == "running"]
        self.statements[one_of(running, which)] = outcome

    @precondition(lambda self: self.living())
    @rule(which=WHICH)
    def a_run_is_aborted(self, which):
        self.stops(one_of(self.living(), which))

    @precondition(lambda self: any(run.ended_once for run in self.runs))
    @rule(which=WHICH)
    def an_event_arrives(self, which):
        """Late, again, out of order, or, where this rule does not choose it, never."""
        ended = one_of([run for run in self.runs if run.ended_once], which)
        self.write(rules.release(self.claim, ended.arn))

    @precondition(lambda self: self.runs)
    @rule(time=st.sampled_from([KNOWN_AFTER / 5, KNOWN_AFTER, CLAIM_LASTS]))
    def time_passes(self, time):
        """No run outlives its claim: the machine's time is up before."""
        self.now += time
        for run in self.living() if time == CLAIM_LASTS else []:
            self.stops(run)

    def goes_on(self, run, *, smoothly, known, refused):
        match run.at:
            case "Claim the load":
                self.decides(run, known)
                if smoothly:
                    self.takes(run)
            case "Start the load":
                if refused and run.load_as not in self.statements:
                    run.sent = True
                    return self.fails(run, "refused")
                self.begins(run)
                run.at = "Look at the load" if smoothly else run.at
            case "Look at the load":
                self.looks(run)
            case "Record the load":
                decision = self.completes(run)
                if smoothly or isinstance(decision, Refused):
                    self.ends(run, "Load failed" if isinstance(decision, Refused) else "Loaded")
            case "Forget the load":
                if smoothly:
                    self.write(rules.forget(self.claim, load_as=run.load_as))
                self.ends(run, "Load failed")
        return None

    def living(self, *at):
        return [run for run in self.runs if run.alive and (not at or run.at in at)]

    def decides(self, run, known):
        """Step Functions may not know yet who has just started, nor any more who ended long ago."""
        holder = rules.holder_to_ask_for(self.claim, run.arn, now=self.now)
        holder_runs: bool | None = False
        for other in self.runs:
            if other.arn == holder:
                new = self.now - other.started < KNOWN_AFTER
                holder_runs = None if not known and (new or not other.alive) else other.alive
        decision = self.take(self.claim, run.arn, now=self.now, holder_runs=holder_runs)
        run.taking = Taking(decision, self.claim, holder_runs)

    def takes(self, run):
        taking, run.taking = run.taking, None
        decision, claim = taking.decision, taking.found
        if not self.write(decision) or not (taking.heard and run.alive and run.at == "Claim the load"):
            return
        if isinstance(decision, Refused):
            loaded = claim.done and "succeeded" in self.statements.values()
            assert loaded or taking.holder_runs is not False, "nobody was at it"
            self.ends(run, "Nothing to load")
            return
        assert not claim or not claim.done, "what is loaded was claimed again"
        assert decision.claim.load_as, "there is no name to load under"
        run.load_as, run.at = decision.claim.load_as, "Start the load"

    def begins(self, run):
        run.sent = True
        self.statements.setdefault(run.load_as, "running")

    def looks(self, run):
        run.seen = self.statements[run.load_as]
        if run.seen == "succeeded":
            run.at = "Record the load"
        if run.seen == "failed":
            self.fails(run, "failed")

    def fails(self, run, why):
        if why in self.who_forgets:
            run.at = "Forget the load"
        else:
            self.ends(run, "Load failed")

    def completes(self, run):
        decision = rules.complete(self.claim, run.arn, load_as=run.load_as, now=self.now)
        self.write(decision)
        return decision

    def write(self, decision):
        """False where somebody was faster."""
        if not isinstance(decision, Changed):
            return True
        if (self.claim.version if self.claim else 0) != decision.claim.version - 1:
            return False
        self.claim = decision.claim
        return True

    def ends(self, run, at):
        run.at = at
        self.stops(run)

    def stops(self, run):
        run.alive, run.ended_once = False, True
        if run.taking:
            run.taking.heard = False

    @invariant()
    def there_is_at_most_one_load(self):
        """One that runs counts too, since it may yet succeed."""
        good = [name for name, state in self.statements.items() if state != "failed"]
        assert len(good) <= 1, "it is loaded twice"

    @invariant()
    def who_says_that_it_is_loaded_is_right(self):
        said = [run.load_as for run in self.runs if run.at == "Loaded"]
        said += [self.claim.load_as] if self.claim and self.claim.done else []
        assert all(self.statements[name] == "succeeded" for name in said)


class LoadsOneAtATime(Loads):
    """Nobody redrives."""

    @invariant()
    def one_run_at_a_time_is_at_it(self):
        assert len([run for run in self.living() if run.load_as]) <= 1, "two runs are at it"


class LoadsRedriven(Loads):
    """A person redrives aborted runs: they go on where they were, whatever has happened since."""

    @precondition(lambda self: any(not run.alive and run.at not in ENDED for run in self.runs))
    @rule(which=WHICH)
    def a_run_is_redriven(self, which):
        one_of([run for run in self.runs if not run.alive and run.at not in ENDED], which).alive = True


class LoadsUnderTheirOwnName(LoadsRedriven):
    """A wrong rule: who takes over begins anew."""

    @staticmethod
    def take(found, execution, *, now, holder_runs):
        decision = rules.take(found, execution, now=now, holder_runs=holder_runs)
        if isinstance(decision, Changed):
            return replace(decision, claim=replace(decision.claim, load_as=execution))
        return decision


class LoadsForgottenWhenRefused(LoadsRedriven):
    """A wrong rule: a mere refusal lets the name be forgotten."""

    who_forgets = ("failed", "refused")


class LoadsForgottenWhenUnanswered(LoadsRedriven):
    """A wrong rule: whoever ends without having loaded lets the name be forgotten."""

    who_forgets = ("failed", "unanswered")


class LoadsOfUnknownHolders(LoadsOneAtATime):
    """A wrong rule: a holder that nobody knows, even of a moment ago, has ended."""

    @staticmethod
    def take(found, execution, *, now, holder_runs):
        return rules.take(found, execution, now=now, holder_runs=bool(holder_runs))


@pytest.mark.parametrize("loads", [LoadsOneAtATime, LoadsRedriven])
def test_whatever_breaks_off_the_engine_loads_once(loads):
    run_state_machine_as_test(loads, settings=MANY)


@pytest.mark.parametrize(
    ("wrong", "found"),
    [
        (LoadsUnderTheirOwnName, "it is loaded twice"),
        (LoadsForgottenWhenRefused, "it is loaded twice"),
        (LoadsForgottenWhenUnanswered, "it is loaded twice"),
        (LoadsOfUnknownHolders, "two runs are at it"),
    ],
)
def test_rules_that_would_load_twice_are_found_out(wrong, found):
    with pytest.raises(AssertionError, match=found):
        run_state_machine_as_test(wrong, settings=UNTIL_FOUND)
