"""What a preview found, written by the policy pack and read by who asked for the preview."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from stackproof.model import Finding, Sight
from stackproof.record import form
from stackproof.record.findings import finding_of
from stackproof.scratch import write_whole


def write(findings: Sequence[Finding], file: Path) -> None:
    """Write findings of the declared sight, without the secrets in them."""
    told = [finding_of(finding, Sight.DECLARED).model_dump() for finding in findings]
    write_whole(json.dumps(told), file)


def read(file: Path) -> list[form.Finding]:
    """Read them; none where a preview wrote no file, for it didn't come so far."""
    if not file.is_file():
        return []
    return [form.Finding.model_validate(told) for told in json.loads(file.read_text("utf-8"))]
