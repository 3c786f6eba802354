"""Every format at once: nothing that a name holds acts, no secret is in one, and none is slow."""

from __future__ import annotations

import csv
import io
import json
import re
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from prometheus_client.openmetrics import parser

from stackproof.reports.kinds import KINDS, kind_of, report_of
from tests.unit.reports.hostile import NAMES, SECRET, hostile_record, secretive_record
from tests.unit.reports.made import record_of_many

# What steers a terminal or turns a line around; a new line is one only between the format's own.
STEERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class _Page(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def texts(value: Any) -> Iterator[str]:
    """Give all texts in a JSON document, the keys included."""
    match value:
        case str():
            yield value
        case dict():
            for key, inner in value.items():
                yield key
                yield from texts(inner)
        case list():
            for inner in value:
                yield from texts(inner)


def of_html(text: str) -> list[str]:
    page = _Page()
    page.feed(text)
    assert not [tag for tag, _ in page.tags if tag in ("img", "iframe", "object")]
    assert [tag for tag, _ in page.tags].count("script") == 2
    assert not [a for _, attributes in page.tags for a in attributes if a.startswith("on")]
    return [text]


def of_csv(text: str) -> list[str]:
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    signs = ("=", "+", "-", "@", "\t", "\r", "\n")
    for begun in (cell.lstrip(" ") for cell in cells):
        assert not unicodedata.normalize("NFKC", begun).lstrip().startswith(signs)
    assert not [cell for cell in cells if "\n" in cell or "\r" in cell]
    return cells


def of_markdown(text: str) -> list[str]:
    outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", text)
    assert "<script" not in outside
    assert "](" not in outside
    assert not re.search(r"(?<!\\)@", outside)
    return [text]


def of_json(text: str) -> list[str]:
    return list(texts(json.loads(text)))


def of_lines(text: str) -> list[str]:
    return [said for line in text.split("\n") for said in texts(json.loads(line))]


def of_xml(text: str) -> list[str]:
    # Text of an element may have several lines; attributes, which are shown in lists, one.
    return [value for one in ElementTree.fromstring(text).iter() for value in one.attrib.values()]


def of_metrics(text: str) -> list[str]:
    parse: Any = parser.text_string_to_metric_families
    families = parse(f"{text}\n")
    return [label for one in families for s in one.samples for label in s.labels.values()]


# A record itself keeps texts as they were, escaped by JSON; so do JSON lines.
READ: Mapping[str, Callable[[str], list[str]]] = {
    ".asff.json": of_json,
    ".csv": of_csv,
    ".html": of_html,
    ".json": of_json,
    ".jsonl": of_lines,
    ".md": of_markdown,
    ".ocsf.json": of_json,
    ".prom": of_metrics,
    ".sarif": of_json,
    ".txt": lambda text: [text],
    ".xml": of_xml,
}
AS_THEY_WERE = (".json", ".jsonl", ".xml")


def test_every_kind_is_tried_here() -> None:
    assert READ.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_that_a_name_holds_does_harm(kind: str) -> None:
    written = report_of(hostile_record(), kind)
    assert written.encode("utf-8").decode("utf-8") == written
    assert "\x1b" not in written
    assert "\x07" not in written
    told = READ[kind](written)
    assert told
    if kind not in AS_THEY_WERE:
        assert not [text for text in told if STEERS.search(text)]
    # They are cut or clean, not lost.
    if kind not in (".prom", ".html"):
        assert any("taken over" in text for text in told)


@pytest.mark.parametrize("kind", KINDS)
def test_no_secret_is_in_any_format(kind: str) -> None:
    record = secretive_record()
    assert len(record.findings) == 5
    assert len(record.resources) == 4
    assert SECRET not in report_of(record, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_thousands_of_findings_are_written_in_seconds(kind: str) -> None:
    record = record_of_many(3_000)
    began = time.process_time()
    written = report_of(record, kind)
    # A tenth of that on an idle machine; what grows with the square of the number takes minutes.
    assert time.process_time() - began < 15
    assert len(written) < 12_000_000


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("verify.html", ".html"),
        ("of.the.night.ocsf.json", ".ocsf.json"),
        ("night.json", ".json"),
        ("night.jsonl", ".jsonl"),
        ("shop.asff.json", ".asff.json"),
        ("night.docx", None),
        ("sarif", None),
    ],
)
def test_a_kind_is_told_by_how_a_name_ends(name: str, kind: str | None) -> None:
    assert kind_of(Path("reports") / name) == kind


def test_names_are_hostile_enough() -> None:
    assert any(STEERS.search(name) for name in NAMES)
    assert max(map(len, NAMES)) == 10_000
