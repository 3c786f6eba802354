"""Whatever users install with the package lets them use it: no licence that asks for their code."""

from __future__ import annotations

import re
from pathlib import Path

from tools.site.licences_page import licences, licences_page

LOCK = (Path(__file__).parents[3] / "requirements.lock").read_text()
# PSF and CNRI are Python's own; MPL's condition is for changes of its own files.
FREE = re.compile(
    r"Apache|BSD|MIT|ISC|Unlicense|Mozilla Public License 2\.0|MPL-2\.0|PSF-2\.0|CNRI-Python"
)


def test_every_package_says_a_licence_without_conditions_for_others_code() -> None:
    found = licences()
    assert {"boto3", "pulumi", "moto", "pydantic-core"} <= {*found}
    assert {name: said for name, (said, _) in found.items() if not FREE.search(said)} == {}
    assert not any("GPL" in said for said, _ in found.values())
    assert found["boto3"] == ("Apache-2.0", "")
    assert found["moto"][1] == "embedded"


def test_every_package_is_locked_by_hashes_and_listed() -> None:
    locked = dict(
        re.findall(r"^([a-z0-9._-]+)==\S+.*?\\\n((?:    --hash=.*\n)+)", LOCK, re.MULTILINE)
    )
    assert {*licences()} <= {*locked}
    assert all("--hash=sha256:" in hashes for hashes in locked.values())
    page = licences_page()
    for name in licences():
        assert f"| `{name}` |" in page
