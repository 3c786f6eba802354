"""The kinds of reports, by how their files' names end: each is a view of one record."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stackproof.extras import needed

if TYPE_CHECKING:
    from stackproof.record.form import Record
    from stackproof.record.history.trend import Night


def _made_by(module: str, function: str) -> Callable[[Record], str]:
    """Import a kind only when a report of it is made."""

    def make(record: Record) -> str:
        written: str = getattr(import_module(f"stackproof.reports.{module}"), function)(record)
        return written

    return make


def _text(record: Record) -> str:
    from rich.console import Console

    from stackproof.reports import text

    plain = io.StringIO()
    text.write(record, Console(file=plain, emoji=False))
    return plain.getvalue().rstrip()


KINDS: Final[Mapping[str, Callable[[Record], str]]] = {
    ".asff.json": _made_by("asff", "as_asff"),
    ".csv": _made_by("rows", "as_csv"),
    ".html": _made_by("html", "as_html"),
    ".json": lambda record: record.as_json(),
    ".jsonl": _made_by("rows", "as_jsonl"),
    ".md": _made_by("markdown", "as_markdown"),
    ".ocsf.json": _made_by("ocsf", "as_ocsf"),
    ".prom": _made_by("openmetrics", "as_openmetrics"),
    ".sarif": _made_by("sarif", "as_sarif"),
    ".txt": _text,
    ".xml": _made_by("junit", "as_junit"),
}

# What the library of a kind is, where it belongs to the extra `formats`.
_LIBRARIES: Final = {".ocsf.json": "py_ocsf_models", ".prom": "prometheus_client"}


def ready(kind: str) -> None:
    """Raise StackproofError where the library of a kind isn't installed."""
    if kind in _LIBRARIES:
        needed(_LIBRARIES[kind], "formats")


def kind_of(path: Path) -> str | None:
    """Give the kind of a report by its file's name; None where it is none."""
    fitting = [kind for kind in KINDS if path.name.endswith(kind)]
    return max(fitting, key=len, default=None)


def report_of(record: Record, kind: str, nights: Sequence[Night] = ()) -> str:
    """Give the report of a record, of one of the kinds; `nights` are plotted where there is room.

    Raises StackproofError where its library isn't installed.
    """
    if kind == ".html" and nights:
        from stackproof.reports.html import as_html

        return as_html(record, nights=nights)
    return KINDS[kind](record)
