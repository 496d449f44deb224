"""From two builds and the values that differ to the parts of each difference.

The inputs are exchanged one cause at a time, in the order of `CAUSES`, and the values are computed again after each.
What a step moves is the part of its cause, so the parts lead from the old value to the new one whatever the causes
do to each other. The first and the last of these values are the published ones and are not computed: a cause that
comes alone costs nothing, and two cost one replay of the models that the restated metrics read.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from orchestration.lib.dbt.compiled_models import CompiledModels
from orchestration.lib.home import Home
from orchestration.lib.ledger.entries import Ledger
from orchestration.lib.ledger.inputs import BuildInputs
from orchestration.lib.ledger.kept import kept_file, read_kept
from orchestration.lib.ledger.restated import Explanation, Part, RestatedValue, is_same
from orchestration.lib.loader.zone import RawZone
from orchestration.lib.replay import Replay
from orchestration.lib.replay.replay import Progress
from orchestration.lib.restatement.causes import CAUSES, CODE, DEFINITION, GRACE_EXPIRED, UNEXPLAINED
from orchestration.lib.restatement.evidence import findings
from orchestration.lib.restatement.mixture import Mixture, tables_read, with_grace_apart
from orchestration.lib.restatement.rows import moved_records
from orchestration.lib.restatement.values import CannotReplayError, Definitions

# Rows that fit into memory as text fit into it several times over as relations; more go to disk.
IN_MEMORY_BYTES = 256 << 20

Texts = Mapping[RestatedValue, str | None]


def explain(
    home: Home,
    before: BuildInputs,
    after: BuildInputs,
    values: Sequence[RestatedValue],
    on_progress: Progress = lambda _: None,
) -> Explanation:
    """Why `values` differ between the build with the inputs `before` and the one under way, made from `after`."""
    with tempfile.TemporaryDirectory(prefix=".restatement-", dir=home.path) as scratch:
        return _Explaining(home, before, after, tuple(values), Path(scratch), on_progress).run()


class _Explaining:
    def __init__(
        self,
        home: Home,
        before: BuildInputs,
        after: BuildInputs,
        values: tuple[RestatedValue, ...],
        scratch: Path,
        on_progress: Progress,
    ) -> None:
        self.home = home
        self.before = before
        self.after = after
        self.values = values
        self.say = on_progress
        self.names: set[str] = set()
        self.models_before = with_grace_apart(CompiledModels.of_document(self._kept(before.models)))
        self.models_after = with_grace_apart(CompiledModels.of_document(self._kept(after.models)))
        self.new_definitions = Definitions.building(home)
        self.old_definitions = (
            self.new_definitions
            if before.definitions == after.definitions
            else Definitions.kept(self._kept(before.definitions), scratch, home)
        )
        zone = RawZone.of(home.path)
        size = sum(file.stat().st_size for file in zone.root.rglob("*.parquet"))
        self.replay = Replay(self.models_before, {}, folder=scratch if size > IN_MEMORY_BYTES else None)
        self.mixture = Mixture(zone, before, after, {}, self._kept(before.sources), self._kept(after.sources))

    def run(self) -> Explanation:
        with self.replay:
            self.mixture.prepare(self.replay.connection)
            behind = self._behind()
            tables = set().union(*behind.values())
            names = self.names
            moved = moved_records(self.replay.connection, self.mixture.zone, tables, *self.mixture.seen())
            self.mixture = Mixture(
                self.mixture.zone,
                self.before,
                self.after,
                moved,
                self.mixture.sources_before,
                self.mixture.sources_after,
            )
            causes = self._causes(tables, names)
            boundaries = self._boundaries(causes, tables)
            parts = list(_parts(self.values, boundaries))
            self.new_definitions.save()
            found = findings(
                self.replay, self.mixture, causes, self.values, behind, self.models_before, self.models_after, names
            )
            return Explanation(tuple(found), parts)

    def _kept(self, known: str) -> Any:
        for folder in (Ledger.of(self.home.path).kept, self.home.next / "ledger" / "kept"):
            if kept_file(folder, known).exists():
                break
        return read_kept(folder, known)

    def _behind(self) -> dict[str, set[str]]:
        """Raw tables behind each restated metric, in either build. Fills `names` with the models read."""
        behind: dict[str, set[str]] = {value.metric: set() for value in self.values}
        asked = [(self.new_definitions, self.models_after), (self.old_definitions, self.models_before)]
        for definitions, models in asked:
            for metric, names in definitions.models(self.values, models).items():
                behind[metric] |= tables_read(models, names)
                self.names |= names
        return behind

    def _causes(self, tables: set[str], names: set[str]) -> list[str]:
        """What differs between the builds for these values, in order."""
        needed = {
            model.name: model for model in self.models_before.needed_by(names & self.models_before.by_name.keys())
        }
        has_grace = any(model.as_of_restates == GRACE_EXPIRED for model in needed.values())
        found = self.mixture.causes(tables, has_grace)
        if any(value.definition_before != value.definition_after for value in self.values if value.definition_after):
            found.add(DEFINITION)
        if (
            self._is_other_code
            or self.before.definitions != self.after.definitions
            or any(self.models_after.by_name.get(name) != model for name, model in needed.items())
        ):
            found.add(CODE)
        return [cause for cause in CAUSES if cause in found]

    @property
    def _is_other_code(self) -> bool:
        """Whether anything differs in the project's files, the computing in Python among them."""
        return self.before.parameters["code_version"] != self.after.parameters["code_version"]

    def _boundaries(self, causes: list[str], tables: set[str]) -> list[tuple[str, Texts]]:
        """(cause, values after it) for each step; the last step ends at the published values."""
        published = {value: value.after for value in self.values}
        if len(causes) < 2:
            return [(causes[0] if causes else UNEXPLAINED, published)]
        found: list[tuple[str, Texts]] = []
        pending: list[str] = []
        steps = [(cause, frozenset(causes[: place + 1])) for place, cause in enumerate(causes[:-1])]
        if self._is_other_code:
            # what the code of today makes of everything of then
            steps.insert(0, (CODE, frozenset()))
        for number, (cause, switched) in enumerate(steps, start=1):
            pending.append(cause)
            place = f"restatements: {len(self.values)} values, {cause} ({number} of {len(steps)})"
            self.say(place)
            try:
                texts = self._compute(switched, tables, place)
            except CannotReplayError as error:
                self.say(f"{place}: not to be told apart from what follows: {error}")
                if not switched:
                    pending.clear()
                continue
            found.append((_joined(pending), texts))
            pending.clear()
        return [*found, (_joined([*pending, causes[-1]]), published)]

    def _compute(self, switched: frozenset[str], tables: set[str], place: str) -> Texts:
        def on_progress(text: str) -> None:
            self.say(f"{place}: {text}")

        wanted = [*tables, "build.parameters", "build.parameters_in_grace", "build.sources"]
        self.replay.exchange(sources=self.mixture.tables(wanted, switched))
        new = [value for value in self.values if self._is_defined_anew(value) and DEFINITION in switched]
        old = [value for value in self.values if not (self._is_defined_anew(value) and DEFINITION in switched)]
        texts = dict(self.old_definitions.compute(old, self.models_before, self.replay, on_progress))
        texts.update(self.new_definitions.compute(new, self.models_before, self.replay, on_progress))
        return texts

    def _is_defined_anew(self, value: RestatedValue) -> bool:
        return value.definition_before != value.definition_after


def _joined(causes: Sequence[str]) -> str:
    """One name for causes that could not be told apart."""
    return " and ".join(causes)


def _parts(values: Sequence[RestatedValue], boundaries: Sequence[tuple[str, Texts]]) -> list[Part]:
    """The steps that move a value, each from where the one before it ended."""
    parts = []
    for value in values:
        texts = [texts[value] for _, texts in boundaries]
        # a step ends where the next one begins: noise of summing in another order is nobody's part
        for place in range(len(texts) - 2, -1, -1):
            if is_same(texts[place], texts[place + 1]):
                texts[place] = texts[place + 1]
        for place, text in enumerate(texts[:-1]):
            if is_same(text, value.before if place == 0 else texts[place - 1]):
                texts[place] = value.before if place == 0 else texts[place - 1]
        for step, ((cause, _), (start, end)) in enumerate(
            zip(boundaries, itertools.pairwise([value.before, *texts]), strict=True), start=1
        ):
            if start != end:
                parts.append(Part(value, step, cause, start, end))
    return parts
