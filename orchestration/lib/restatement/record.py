"""A build goes into the ledger: what it publishes, what it is made from, and why earlier numbers changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from orchestration.lib.dbt.compiled_models import COMPILED_MODELS, keep_compiled_models
from orchestration.lib.home import Home
from orchestration.lib.ledger import Appended, append, settle
from orchestration.lib.ledger.inputs import inputs_of_last_build, keep_inputs
from orchestration.lib.ledger.restated import Explanation, Finding, Part, RestatedValue
from orchestration.lib.replay.replay import Progress
from orchestration.lib.restatement.causes import UNEXPLAINED
from orchestration.lib.restatement.explain import explain
from orchestration.lib.run.progress import say


def record(home: Home, facts: dict[str, Any], on_progress: Progress = lambda _: None) -> Appended:
    """Append the build under way to its segment of the ledger. `facts` are its parameters."""
    settle(home)
    if not (home.next / COMPILED_MODELS).exists():
        keep_compiled_models(home.dbt_target / "manifest.json", home.next)
    if not (home.next / COMPILED_MODELS).exists():
        # A part of a build, chosen in the Dagster UI over a cleaned dbt target: nothing can be asked of it again.
        return append(home, facts)
    after = keep_inputs(home, home.next / "ledger" / "kept")
    before = inputs_of_last_build(home)

    def why(values: Sequence[RestatedValue]) -> Explanation:
        on_progress(f"restatements: {len(values)} values of closed periods changed")
        if before is None:
            return _unexplained(values, "the build before kept nothing to compare with")
        try:
            return explain(home, before, after, values, on_progress)
        except Exception as error:
            # Whatever an earlier version kept that this one cannot read: the numbers are right all the same, so they
            # are published, and the ledger says what it could not find out.
            reason = next(iter(str(error).splitlines()), "") or repr(error)
            say(f"restatements: not explained: {reason}")
            return _unexplained(values, reason)

    return append(home, facts, after, why)


def _unexplained(values: Sequence[RestatedValue], reason: str) -> Explanation:
    metrics = tuple(sorted({value.metric for value in values}))
    return Explanation(
        (Finding(UNEXPLAINED, "ledger", 1, metrics, ({"reason": reason},)),),
        [Part(value, 1, UNEXPLAINED, value.before, value.after) for value in values],
    )
