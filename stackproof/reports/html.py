"""The HTML report: one self-contained file that opens with the verdict.

The overview stands in it as HTML, which needs no script; lists, their filters and the page of each
resource, control and framework are made in the browser, from the record's columns.
"""

from __future__ import annotations

from base64 import b64encode
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib import resources
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from stackproof.model.outcome import OutcomeWord
from stackproof.model.sentences import listed, many
from stackproof.record.comparable import sentence
from stackproof.record.form import Changes, Finding, Record, Scenario, Waiver
from stackproof.reports import accounts
from stackproof.reports.columns import as_columns, as_script_data, whole_name
from stackproof.reports.identities import identity
from stackproof.reports.picture import Box, picture_of
from stackproof.reports.plots import plots_of
from stackproof.reports.texts import line
from stackproof.reports.wording import OUTCOMES, answered, shown

if TYPE_CHECKING:
    from stackproof.record.history.trend import Night

# The outcomes of scenarios, and the findings' outcomes that share their colours.
_SCENARIOS = ("failed", "unknown", "passed", "skipped")
_COLOURS = ("fail", "unknown", "pass", "not_applicable")
_WORDS = {"dr": "disaster recovery", "ha": "high availability", "iam": "access"}
# In the order in which they need each other.
_SCRIPTS: Final = ("data", "list", "views", "frameworks", "main")
# Of a kind the overview shows so many, and up to so many folded; the lists have all.
_MOST: Final = 5
_FOLDED: Final = 50
# With more failures than these a control's are no longer folded into the page.
_FOLDABLE: Final = 500
_NAMED: Final = 200
_LONGEST: Final = 200


def as_html(
    record: Record,
    declared: Mapping[OutcomeWord, int] | None = None,
    plants: Sequence[Mapping[str, Any]] = (),
    before: str = "",
    nights: Sequence[Night] = (),
) -> str:
    """Give a record as one page.

    `declared` counts the outcomes at the declared sight, and `plants` are the defects that a
    demonstration planted and what caught them; `before` is the verdict without them. `nights` are
    those of the stack's history, of which there are plots.
    """
    failures = record.ranked("fail")
    unknowns = _by_cause(record.ranked("unknown"))
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            facts=record.run,
            answered=answered(record.run),
            warnings=record.warnings,
            errors=record.errors,
            summary=record.summary,
            number=len(record.own),
            accounting=record.accounting,
            unjudged=dict(
                [
                    *accounts.named(record.unjudged, _NAMED),
                    *accounts.not_read(record.gaps),
                    *accounts.seen_in_part(record.accounting, _NAMED),
                ]
            ),
            beside=dict(accounts.beside_state(record.parity, _NAMED)) if record.parity else {},
            plots=plots_of(nights) if nights else [],
            picture=picture_of(record),
            failures=_by_control(failures),
            unknowns=dict(list(unknowns.items())[:_FOLDED]),
            unseen_more=max(0, len(unknowns) - _FOLDED),
            waived=record.ranked("waived"),
            waivers=record.waivers,
            categories=_by_category(record.own),
            outcomes=OUTCOMES,
            families=_by_family(record.scenarios),
            declared=declared,
            plants=plants,
            before=before,
            most=_MOST,
            folded=_FOLDED if len(failures) <= _FOLDABLE else _MOST,
            data=Markup(as_script_data(as_columns(record))),
            script=Markup(_script()),
            script_digest=b64encode(sha256(_script().encode()).digest()).decode(),
            **_changes(record.changes),
        )
    )


@cache
def _script() -> str:
    folder = resources.files("stackproof.reports") / "templates" / "report"
    return "\n".join((folder / f"{name}.js").read_text("utf-8") for name in _SCRIPTS)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("stackproof.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_harmless,
    )
    environment.filters["shown"] = shown
    environment.filters["cut"] = _cut
    environment.filters["key"] = lambda finding: _fragment(identity(finding))
    environment.filters["fragment"] = _fragment
    environment.filters["number_of"] = lambda title, hits: title.format(s="s"[: len(hits) != 1])
    environment.filters["boxed"] = _boxed
    environment.filters["book"] = whole_name
    environment.filters["kept"] = lambda value: "not kept" if value is None else shown(value)
    environment.filters["covers"] = _covers
    environment.filters["colour"] = lambda outcome: _COLOURS[_SCENARIOS.index(outcome)]
    environment.filters["counted"] = lambda records: Counter(r.outcome for r in records).items()
    environment.filters["case"] = _case
    environment.filters["words"] = lambda name: _WORDS.get(name, name.replace("_", " "))
    return environment


def _harmless(value: Any) -> Any:
    return line(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _fragment(text: str) -> str:
    return quote(line(text), safe="")


def _boxed(box: Box) -> str:
    """Give the fragment where a box leads."""
    if len(box.members) == 1 and not box.link.startswith("resources"):
        return f"resource/{_fragment(box.link)}"
    return box.link


def _covers(waiver: Waiver) -> str:
    names = listed(waiver.resources, 20)
    return f"covers {many(len(waiver.resources), 'resource')}{': ' if names else ''}{names}"


def _changes(changes: Changes | None) -> dict[str, Any]:
    """Give what changed, the worst first; each part has the outcome that lends it its colour."""
    if changes is None:
        return {"changes": None}
    told = [
        ("fail", "new failure{s}", changes.new),
        ("fail", "drifted", changes.drifted),
        ("unknown", "newly unknown", changes.unknown),
        ("unknown", "failure{s} not seen again: nobody knows whether fixed", changes.not_seen),
        ("pass", "fixed", changes.fixed),
        ("waived", "waived since then", changes.waived),
        ("not_applicable", "failure{s} gone with the resource", changes.gone_with),
        ("waived", "by a change of the catalogue, not of the stack", changes.by_catalogue),
        ("unknown", "failure{s} no longer chosen by the settings", changes.unchosen),
        ("waived", "by the settings, not by the stack", changes.by_settings),
    ]
    things = [
        ("waiver{s} with an end within 14 days, or ended", changes.waivers_ending),
        ("scenario{s} failing now", changes.scenarios_new),
        ("scenario{s} holding again", changes.scenarios_fixed),
        ("new resource{s}", changes.came),
        ("resource{s} gone", changes.gone),
        ("control{s} new, gone or of another meaning", changes.controls),
        ("control{s} chosen, left out or changed by the settings", changes.settings),
    ]
    nothing = not changes.changed and not any(hits for *_, hits in (*told, *things))
    return {
        "changes": changes,
        "not_alike": list(map(sentence, changes.differences)),
        "changed_findings": told,
        "changed_things": things,
        "nothing_changed": nothing,
    }


def _by_control(findings: Sequence[Finding]) -> list[list[Finding]]:
    return [list(group) for _, group in groupby(findings, key=lambda f: f.control)]


def _by_cause(findings: Sequence[Finding]) -> dict[str, list[list[Finding]]]:
    causes: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        causes[finding.message].append(finding)
    return {cause: _by_control(hits) for cause, hits in causes.items()}


def _by_category(findings: Sequence[Finding]) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for finding in findings:
        counts[finding.category][finding.outcome] += 1
    return dict(sorted(counts.items()))


def _by_family(scenarios: Sequence[Scenario]) -> dict[str, list[Scenario]]:
    """Give each family's scenarios, the worst first; those of no family are shown as findings."""
    families: dict[str, list[Scenario]] = defaultdict(list)
    for scenario in sorted(scenarios, key=lambda s: _SCENARIOS.index(s.outcome)):
        if scenario.family:
            families[scenario.family].append(scenario)
    return dict(sorted(families.items()))


def _case(scenario: Scenario) -> str:
    return scenario.scenario.partition("[")[2].rstrip("]")
