"""An outputs file that says no project and environment: what it names is found, without tags."""

from __future__ import annotations

import json
from pathlib import Path

from stackproof.outputs import Outputs, load
from stackproof.verify import verify
from tests.integration.deployments import Deployed


def _without_tags(outputs: Outputs, folder: Path) -> Outputs:
    path = folder / "flat-outputs.json"
    said = {name: value for name, value in outputs.values.items() if name != "environment"}
    path.write_text(json.dumps(said))
    return load(path)


def test_what_outputs_name_is_judged_as_it_is_by_its_tags(
    deployed: Deployed, tmp_path: Path
) -> None:
    by_tags = {f.fingerprint: f.outcome for f in verify(deployed.outputs).findings}
    by_names = verify(_without_tags(deployed.outputs, tmp_path)).findings
    assert {f.control.id for f in by_names if by_tags.get(f.fingerprint) != f.outcome} == set()
    assert len(by_names) > 0.9 * len(by_tags)


def test_run_says_that_only_names_told_what_to_verify(deployed: Deployed, tmp_path: Path) -> None:
    warnings = verify(_without_tags(deployed.outputs, tmp_path)).warnings
    assert any("project and environment" in warning for warning in warnings)
    assert not verify(deployed.outputs).warnings
