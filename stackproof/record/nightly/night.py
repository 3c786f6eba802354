"""One stack's night: what the program declares, the state holds and AWS shows, as one record."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from stackproof.error_codes import Code
from stackproof.errors import StackproofError
from stackproof.exit_codes import COULD_NOT, FAILED, VERIFIED, worst
from stackproof.fleet.blind import blind_run
from stackproof.fleet.targets import Target
from stackproof.model import Severity
from stackproof.model.sentences import many
from stackproof.outputs import Outputs, find, is_there
from stackproof.outputs import load as load_outputs
from stackproof.project import project_file
from stackproof.pulumi_cli import OUTPUTS, STATE, ask
from stackproof.record import form
from stackproof.record.checkout import checkout
from stackproof.record.held import held_in
from stackproof.record.made import record_of
from stackproof.record.nightly.preview import declared
from stackproof.record.nightly.suite import Suite, Tried
from stackproof.record.redaction import scrubbed
from stackproof.scratch import scratch
from stackproof.settings.nightly_form import NightlyStack
from stackproof.settings.places import PROFILE_VARIABLE
from stackproof.settings.settings import Settings
from stackproof.sights.live.fetch import Aws
from stackproof.sights.state import State, load_state
from stackproof.verify import Run, asking, verify, verify_state
from stackproof.waivers import Waiver

# What nobody tried is said by the verdict, too: what holds without it covers less.
NOT_TRIED: Final = "no scenarios were tried"


class Night:
    """What is found in one night of one stack; a step that can't be taken is said, not the end."""

    def __init__(self, entry: NightlyStack, root: Path) -> None:
        self._entry, self._root = entry, root
        self._errors: list[str] = []
        self._warnings: list[str] = []

    def record(self) -> form.Record:
        """Look at the stack from all sights, and give what was found."""
        began = time.monotonic()
        held = held_in(self._root, self._entry.profile)
        settings, waived = held.settings, held.waived
        with scratch() as folder:
            try:
                outputs, state = self._known(settings, folder)
            except StackproofError as error:
                return self._blind(settings, str(error), time.monotonic() - began)
            suite = self._suite(outputs, state, folder) if self._entry.scenarios else None
            try:
                found = self._declared(settings, waived)
                held_state = self._state(state, settings, waived)
                run = self._live(outputs, state, settings, waived)
                tried = suite.wait() if suite else Tried([], VERIFIED)
            finally:
                if suite:
                    suite.end()
        if tried.error:
            self._errors.append(f"scenarios: {tried.error}")
        run = replace(run, stack=self._entry.label, seconds=time.monotonic() - began)
        made = record_of(run, tried.scenarios, checkout(self._root))
        found += held_state
        return self._together(made, found, tried)

    def _together(self, made: form.Record, beside: list[form.Finding], tried: Tried) -> form.Record:
        codes = {made.run.exit_code, tried.exit_code}
        told = [made.run.verdict]
        for sight, words in (("declared", "the program declares"), ("state", "the state holds")):
            number = sum(f.sight == sight and _counts(f, made.run.fail_on) for f in beside)
            if number:
                codes.add(FAILED)
                told.append(f"{words} {many(number, 'failure')}")
        for word in ("failed", "unknown"):
            number = sum(scenario.outcome == word for scenario in made.scenarios)
            if number:
                told.append(f"{many(number, 'scenario')} {word}")
        if not made.scenarios:
            told.append(NOT_TRIED)
        errors = [*made.errors, *map(scrubbed, self._errors)]
        if errors:
            codes.add(COULD_NOT)
            told += [f"not looked at: {error}" for error in errors if error not in told[0]]
        code = worst(codes)
        facts = {"exit_code": code, "verdict": verdict_of(made.run.exit_code, code, told)}
        return made.model_copy(
            update={
                "run": made.run.model_copy(update=facts),
                "findings": [*made.findings, *beside],
                "errors": errors,
                "warnings": [*made.warnings, *self._warnings],
            }
        )

    def _known(self, settings: Settings, folder: Path) -> tuple[Outputs, State | None]:
        entry = self._entry
        if entry.stack is not None and entry.outputs is None and entry.state is None:
            outputs, known = ask(entry.stack, folder)
            return replace(outputs, tags=settings.own_tags), known
        state = None if entry.state is None else load_state(self._root / entry.state)
        named = None if entry.outputs is None else self._root / entry.outputs
        if named is None and state is not None and not is_there(named):
            return Outputs({}, self._root / (entry.state or "")), state
        return replace(load_outputs(find(named)), tags=settings.own_tags), state

    def _suite(self, outputs: Outputs, state: State | None, folder: Path) -> Suite | None:
        entry = self._entry
        if not outputs.values:
            self._warnings += Code.NO_SCENARIOS.on(f"{NOT_TRIED}: the stack has no outputs")
            return None
        if entry.outputs is None:
            told = json.dumps(dict(outputs.values))
            (folder / OUTPUTS).write_text(told, encoding="utf-8")
        file = self._root / entry.outputs if entry.outputs else folder / OUTPUTS
        arguments = [f"--outputs={file}"]
        if state is not None:
            # Without a file of the settings, the one that the Pulumi CLI was asked for.
            known = self._root / entry.state if entry.state else folder / STATE
            arguments.append(f"--state={known}")
        given = ("--profile", entry.aws_profile), ("--assume-role", entry.role)
        arguments += [f"{name}={value}" for name, value in given if value]
        arguments += [f"--external-id={entry.external_id}"] if entry.external_id else []
        variables = {PROFILE_VARIABLE: entry.profile} if entry.profile else {}
        return Suite(arguments, folder, self._root, variables)

    def _declared(self, settings: Settings, waived: tuple[Waiver, ...]) -> list[form.Finding]:
        entry = self._entry
        if not entry.preview or entry.stack is None or project_file(self._root) is None:
            return []
        try:
            return declared(entry.stack, self._root, settings, waived)
        except StackproofError as error:
            self._errors.append(f"preview: {error}")
            return []

    def _state(
        self, state: State | None, settings: Settings, waived: tuple[Waiver, ...]
    ) -> list[form.Finding]:
        if state is None:
            return []
        run = verify_state(state, self._entry.label, waived, settings)
        return [f for f in record_of(run).findings if f.control not in _ABOUT_WAIVERS]

    def _live(
        self, outputs: Outputs, state: State | None, settings: Settings, waived: tuple[Waiver, ...]
    ) -> Run:
        entry = self._entry
        target = Target(entry.aws_profile, entry.role, entry.external_id)
        began = time.monotonic()
        aws: Aws | None = None
        try:
            aws = asking(session=target.session())
            return verify(outputs, state, waived, settings=settings, aws=aws)
        except StackproofError as error:
            seconds = time.monotonic() - began
            return blind_run(entry.label, str(error), settings, seconds, aws=aws)

    def _blind(self, settings: Settings, why: str, seconds: float) -> form.Record:
        run = blind_run(self._entry.label, why, settings, seconds)
        return record_of(run, checkout=checkout(self._root))


# Said once of the stack, whatever sight sees how many.
_ABOUT_WAIVERS = frozenset({"waiver-as-expected"})


def _counts(finding: form.Finding, fail_on: str) -> bool:
    severe = Severity(finding.severity).at_least(Severity(fail_on))
    return finding.outcome == "fail" and severe


def verdict_of(alone: int, code: int, told: Sequence[str]) -> str:
    """Put together what is told: first the controls' verdict, unless something else made it worse.

    `alone` is the exit code of the controls by themselves, and `code` that of it all.
    """
    judgement, *others = told
    if alone != VERIFIED or code == VERIFIED:
        return "; ".join(told)
    word = "failed" if code == FAILED else "not verified"
    return f"{word}: {'; '.join(others)}; by the controls alone {judgement}"
