"""JUnit XML of a run, as CI systems read it: a suite per control, a case per resource."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from xml.etree import ElementTree

from stackproof.endpoints import who
from stackproof.exit_codes import COULD_NOT
from stackproof.model import Severity
from stackproof.record.form import Finding, Record
from stackproof.reports import accounts
from stackproof.reports.wording import shown
from stackproof.safe_text import legible
from stackproof.types.owners import called

# What could not be seen is an error, never a success.
_TAGS = {"fail": "failure", "unknown": "error", "not_applicable": "skipped", "waived": "skipped"}
# XML 1.0 has no way to write these characters, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_junit(record: Record) -> str:
    """Give the findings as JUnit XML; a run that saw nothing is one error, never an empty file."""
    run = record.run
    other = f" ({who(run.endpoint)})" if run.endpoint else ""
    root = ElementTree.Element("testsuites", name=_text(f"stackproof {run.stack}{other}"))
    own = _accounting(root, record)
    suites: dict[str, list[Finding]] = defaultdict(list)
    for finding in record.own:
        suites[finding.control].append(finding)
    for control, findings in sorted(suites.items()):
        suite = ElementTree.SubElement(root, "testsuite", name=control)
        for finding in findings:
            _case(suite, finding, fail_on=Severity(run.fail_on))
    if run.exit_code == COULD_NOT and not record.summary["unknown"]:
        case = ElementTree.SubElement(own, "testcase", classname="stackproof", name="verdict")
        ElementTree.SubElement(case, "error", message=run.verdict)
    for suite in root:
        _count(suite)
    _count(root)
    root.set("time", f"{run.seconds:.3f}")
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True)


def _accounting(root: ElementTree.Element, record: Record) -> ElementTree.Element:
    """Put the accounting where CI systems show it: properties of a suite of the run's own."""
    suite = ElementTree.SubElement(root, "testsuite", name="stackproof")
    properties = ElementTree.SubElement(suite, "properties")
    told, parity = record.accounting, record.parity
    listed = dict(accounts.named(record.unjudged))
    for status, number in told.counts.items():
        value = f"{number}: {listed[status]}" if status in listed else str(number)
        ElementTree.SubElement(properties, "property", name=status, value=_text(value))
    beside = accounts.beside_state(parity) if parity else ()
    unseen = (*accounts.not_read(record.gaps), *accounts.seen_in_part(told))
    for what, value in (*unseen, *beside):
        ElementTree.SubElement(properties, "property", name=what, value=_text(value))
    return suite


def _case(suite: ElementTree.Element, finding: Finding, fail_on: Severity) -> None:
    facet = f" [{finding.facet}]" if finding.facet else ""
    part = called(finding.id or finding.name, finding.owner)
    key = finding.urn or finding.arn or part
    case = ElementTree.SubElement(
        suite, "testcase", classname=_text(finding.type), name=_text(f"{key}{facet}")
    )
    tag, message = _TAGS.get(finding.outcome), finding.message
    if tag is None:
        return
    if tag == "failure" and not Severity(finding.severity).at_least(fail_on):
        tag, message = "skipped", f"below {fail_on}: {message}"
    told = ElementTree.SubElement(case, tag, message=_text(message))
    if tag == "failure":
        told.set("type", finding.severity)
        told.text = _text(
            f"control:    {finding.control} ({finding.title})\n"
            f"resource:   {called(finding.name, finding.owner)} "
            f"({finding.arn or finding.id})\n"
            f"property:   {finding.property}\n"
            f"expected:   {finding.expected}\n"
            f"actual:     {shown(finding.actual)}\n"
            f"how to fix: {finding.fix}"
        )


def _count(element: ElementTree.Element) -> None:
    cases = list(element.iter("testcase"))
    tags = Counter(child.tag for case in cases for child in case)
    element.set("tests", str(len(cases)))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(name, str(tags[tag]))


def _text(value: str) -> str:
    # CI systems print it to terminals.
    lines = (legible(line) for line in value.expandtabs(1).split("\n"))
    return _NOT_XML.sub("\ufffd", "\n".join(lines))
