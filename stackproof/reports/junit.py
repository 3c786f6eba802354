"""JUnit XML of a run, as CI systems read it: a suite per control, a case per resource."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from xml.etree import ElementTree

from stackproof.reports.document import document
from stackproof.verify import Run


def as_junit(run: Run) -> str:
    """Give the findings as JUnit XML; what could not be seen is an error, never a success."""
    data = document(run)
    root = ElementTree.Element("testsuites", name=f"stackproof {run.stack}")
    suites: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for finding in data["findings"]:
        suites[finding["control"]].append(finding)
    for control, findings in sorted(suites.items()):
        outcomes = [finding["outcome"] for finding in findings]
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=control,
            tests=str(len(findings)),
            failures=str(outcomes.count("fail")),
            errors=str(outcomes.count("unknown")),
            skipped=str(outcomes.count("not_applicable") + outcomes.count("waived")),
        )
        for finding in findings:
            _case(suite, finding)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True)


def _case(suite: ElementTree.Element, finding: dict[str, Any]) -> None:
    facet = f" [{finding['facet']}]" if finding["facet"] else ""
    case = ElementTree.SubElement(
        suite,
        "testcase",
        classname=finding["type"],
        name=f"{finding['urn'] or finding['arn'] or finding['id'] or finding['name']}{facet}",
    )
    tag = {"fail": "failure", "unknown": "error", "not_applicable": "skipped", "waived": "skipped"}
    if finding["outcome"] in tag:
        ElementTree.SubElement(
            case, tag[finding["outcome"]], message=finding["message"], type=finding["severity"]
        )
