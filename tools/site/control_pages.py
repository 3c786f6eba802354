"""A page for each control: what, why, how judged where, parameters, the fix, references, cases."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Mapping
from functools import partial

import yaml

from infra.components.config_rules import RULES
from stackproof.model import Category, Control, Severity
from stackproof.model.parameter import as_json
from stackproof.parity.controls import PARITY, every_control
from stackproof.policy_pack.levels import level, reason
from stackproof.sights.live.readers import readers
from stackproof.sights.live.unread import UNREAD
from tools.site.examples import code, described, fixes, judged, kinds
from tools.site.languages import LANGUAGES
from tools.site.markdown import code as inline
from tools.site.markdown import fenced, page, table, tabs
from tools.site.names import linked
from tools.site.program import ProgramError, program

_SOURCE = re.compile(r"^Sources?: ", re.MULTILINE)
# A type's own page has all of the calls that read it.
_MOST = 4
_CATEGORIES = {
    Category.SECURITY: "Security",
    Category.NETWORK: "Network",
    Category.IAM: "Identities and access",
    Category.HA: "High availability",
    Category.DR: "Disaster recovery",
    Category.SCALING: "Scaling",
    Category.MONITORING: "Monitoring",
    Category.COST: "Cost",
    Category.TAGGING: "Tagging",
    Category.PARITY: "What is declared, and what is there",
}


def control_pages() -> Mapping[str, Callable[[], str]]:
    """Give what makes the page of each control, and of their list, by its path."""
    made = {f"controls/{id_}.md": partial(control_page, c) for id_, c in every_control().items()}
    return {"controls/index.md": _list, **made}


def control_page(control: Control) -> str:
    """Write the page of a control."""
    why, source = _why(control)
    facts = f"**{control.severity}** · {_CATEGORIES[control.category]} · `{control.id}`"
    return page(
        f"# {control.title}",
        facts,
        why,
        "## The fix",
        _fix(control),
        "## How it is judged",
        _judged(control),
        _parameters(control),
        "## Cases",
        _cases(control),
        "## References",
        _references(control, source),
    )


def _list() -> str:
    controls = sorted(every_control().values(), key=lambda c: list(Severity).index(c.severity))
    parts = []
    for category, title in _CATEGORIES.items():
        held = [control for control in controls if control.category is category]
        rows = ((f"[`{c.id}`]({c.id}.md)", c.severity.value, c.title) for c in held)
        parts += [f"## {title} ({len(held)})", table(("control", "severity", "demands"), rows)]
    return page(
        "# Controls",
        f"{len(controls)} rules, each with a page: what it demands and why, how it is judged at "
        "each sight, its parameters, the fix as code, and the cases that prove it.",
        *parts,
    )


def _why(control: Control) -> tuple[str, str]:
    """Split a control's docstring into what it says and the sources that it names."""
    told = inspect.getdoc(control.judge) or ""
    why, _, source = told.partition(found[0]) if (found := _SOURCE.search(told)) else (told, "", "")
    return why.strip(), " ".join(source.split())


def _judged(control: Control) -> str:
    rows = [(f"judges {linked(type_)}", _live(type_)) for type_ in control.types]
    rows += [
        (f"looks at {linked(type_)}", _live(type_))
        for type_ in control.needs
        if type_ not in control.types
    ]
    sights = [
        ("preview", _preview(control)),
        ("state", _state(control)),
        ("live", _deployed(control)),
    ]
    return page(
        table(("sight", "how"), sights),
        table(("types", "read live by"), rows),
    )


def _preview(control: Control) -> str:
    if control.id in PARITY:
        return "not judged: there is nothing to compare with yet"
    door = "a stack policy, with its neighbours" if control.relational else "a resource policy"
    unknown = (
        "what isn't known yet stops the preview as well"
        if control.unknown_blocks
        else "what isn't known yet is listed by `verified-live`"
    )
    return f"{level(control).value} ({reason(control)}), by {door}; {unknown}"


def _state(control: Control) -> str:
    if control.id in PARITY:
        return "the state is what the deployed stack is compared with"
    return "`stackproof verify --only state`: the same rule on what the state file holds"


def _deployed(control: Control) -> str:
    tolerated = control.tolerated_in
    told = "`stackproof verify`: the same rule on what AWS shows"
    return f"{told}; tolerated in {', '.join(tolerated)}" if tolerated else told


def _live(type_: str) -> str:
    if type_ in UNREAD:
        unread = UNREAD[type_]
        shown = ", ".join(map(linked, unread.shown_as))
        return f"{shown}, where AWS shows it" if shown else f"unknown, for {unread.reason}"
    reader = next((reader for reader in readers() if type_ in reader.types), None)
    if reader is None:
        return "what names it, not AWS"
    asks = (reader.listing, *(detail.ask for detail in reader.details.values()))
    if len(asks) > _MOST:
        return f"`{reader.listing.name}` and {len(asks) - 1} more calls"
    return ", ".join(f"`{ask.name}`" for ask in asks)


def _parameters(control: Control) -> str:
    if not control.parameters:
        return ""
    rows = [
        (f"`{name}`", parameter.text, inline(as_json(parameter.default)))
        for name, parameter in control.declared.items()
    ]
    given = {name: as_json(default) for name, default in control.parameters.items()}
    settings = yaml.safe_dump({"parameters": {control.id: given}}, sort_keys=False)
    pack = json.dumps({control.id: given}, ensure_ascii=False)
    return page(
        "## Parameters",
        table(("parameter", "must be", "default"), rows),
        "For every sight in `stackproof.yaml`, or for one preview by `--policy-pack-config`:",
        tabs([("stackproof.yaml", fenced("yaml", settings)), ("pack.json", fenced("json", pack))]),
    )


def _fix(control: Control) -> str:
    told = "\n".join(f"- {fail.fix}" for fail in fixes(control))
    try:
        made = program(control.cases.passing)
        programs = [(lang.title, code(control, lang)) for lang in LANGUAGES]
    except ProgramError:
        return page(told, "No program says it: what is judged is made of what names the resource.")
    told_by_aws = [
        f"`{resource.variable}.{name}`"
        for resource in made
        for name in resource.told
        if resource.token in control.types
    ]
    marked = any(text.marked for _, text in programs)
    return page(
        told,
        "A program that passes, with no more in it than the control looks at"
        + (" (the marked lines are what it asks for):" if marked else ":"),
        tabs((title, fenced(c.language.fence, c.text, c.marked)) for title, c in programs),
        f"AWS tells {', '.join(told_by_aws)}; a program can't set it." if told_by_aws else "",
    )


def _cases(control: Control) -> str:
    rows = []
    for variant in control.cases.failing:
        outcome = judged(control, variant)
        expected = getattr(outcome, "expected", "")
        at = getattr(outcome, "property", "")
        rows.append((described(control, variant), f"`{at}`" if at else "", expected))
    parts = [
        "Each is the program above with one thing changed; a test replays them all at each sight.",
        table(("fails when", "at", "expected"), rows),
    ]
    others = [
        (word, described(control, variant)) for word, held in kinds(control) for variant in held
    ]
    return page(*parts, table(("and", "when"), others))


def _references(control: Control, source: str) -> str:
    lines = [
        f"- {framework.value}: {', '.join(ids)}" for framework, ids in control.frameworks.items()
    ]
    lines += [
        f"- {framework.value}, in part: {', '.join(ids)}"
        for framework, ids in control.in_part.items()
    ]
    lines += [
        f"- AWS Config's rule that asks the same: [`{rule.identifier}`]({rule.source})"
        for rule in RULES
        if rule.control == control.id
    ]
    lines += [f"- {source}"] if source else []
    module = inspect.getmodule(control.judge)
    lines += [f"- written in `{module.__name__.replace('.', '/')}.py`"] if module else []
    return "\n".join(lines)
