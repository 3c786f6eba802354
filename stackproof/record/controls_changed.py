"""Which controls are others than they were: by the tool's catalogue, or by the user's settings."""

from __future__ import annotations

from typing import Final

from stackproof.record.form import Control, Finding, Item, Record

BY_CATALOGUE: Final = "by_catalogue"
BY_SETTINGS: Final = "by_settings"
UNCHOSEN: Final = "unchosen"


class ControlsChanged:
    """The controls of a record beside those of the one before.

    `catalogue` and `settings` name those that are others, and say how, by who did it.
    """

    def __init__(self, before: Record, after: Record) -> None:
        old = {control.id: control for control in before.controls}
        new = {control.id: control for control in after.controls}
        came, gone, both = new.keys() - old.keys(), old.keys() - new.keys(), old.keys() & new.keys()
        self._chosen = {id_ for id_ in came if _left_out(new[id_], before, after)}
        self._unchosen = {id_ for id_ in gone if _left_out(old[id_], after, before)}
        self._gone = gone
        meaning = {id_ for id_ in both if old[id_].meaning != new[id_].meaning}
        own = {id_ for id_ in meaning if new[id_].own}
        parameters = {id_ for id_ in both - meaning if old[id_].parameters != new[id_].parameters}
        self._by_catalogue = (came - self._chosen) | (meaning - own)
        self._by_settings = self._chosen | own | parameters
        self.catalogue = _items(
            ("came", came - self._chosen),
            ("gone", gone - self._unchosen),
            ("changed meaning", meaning - own),
        )
        self.settings = _items(
            ("newly chosen", self._chosen),
            ("no longer chosen", self._unchosen),
            ("of the project's own, changed", own),
            ("changed parameters", parameters),
        )

    def concerning(self, finding: Finding) -> str | None:
        """Say who may have made a finding another one by its control: the catalogue or settings."""
        if finding.control in self._by_catalogue:
            return BY_CATALOGUE
        return BY_SETTINGS if finding.control in self._by_settings else None

    def gone(self, finding: Finding) -> str | None:
        """Say by whom a finding's control is no longer there; None where it is."""
        if finding.control not in self._gone:
            return None
        return UNCHOSEN if finding.control in self._unchosen else BY_CATALOGUE


def _left_out(control: Control, without: Record, having: Record) -> bool:
    """Tell whether a record is without a control of another one by the settings."""
    if control.own:
        return True
    if without.left_out is None:
        # An older record doesn't say it; the same version has the same catalogue.
        return without.run.tool == having.run.tool
    return control.id in without.left_out.controls


def _items(*told: tuple[str, set[str]]) -> list[Item]:
    return [Item(type="control", name=id_, why=why) for why, ids in told for id_ in sorted(ids)]
