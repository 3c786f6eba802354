"""Deploy a stack whose settings differ from the reference's, and run the scenario suite on it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import boto3
import yaml

from stackproof.embedded.server.control import Server, copied, embedded_aws, isolated
from stackproof.outputs import Outputs, load
from tests.mutations.forked import apart
from tests.mutations.suite import Ran, reach, run
from tests.requirements.claims import SCENARIOS
from tests.requirements.lines import ROOT
from tests.variations.account import ACCOUNT_WIDE
from tests.variations.changes import CHANGES
from tests.variations.choices import CHOICES, REGION, WAIVED
from tests.variations.lies import lie

STACKPROOF = str(Path(sys.executable).with_name("stackproof"))


@dataclass(frozen=True, slots=True)
class Variation:
    """A deployed stack, and where the waivers for it are."""

    server: Server
    outputs: Outputs
    waivers: Path

    @property
    def own(self) -> tuple[str, ...]:
        """Give the scenarios that are about its settings."""
        of_all = (f"{SCENARIOS}test_{name}.py" for name in ("audit_trail", "settings"))
        return f"{SCENARIOS}{self.outputs['blueprint']}", *of_all

    def suite(self) -> Ran:
        """Run the scenario suite on it."""
        reach(self.server, self.outputs)
        return run(self.outputs, [SCENARIOS], "--tb=short", f"--waivers={self.waivers}")

    def red(self) -> bool:
        """Tell whether one of its own scenarios fails."""
        return apart(self._red)

    def _red(self) -> bool:
        reach(self.server, self.outputs)
        return run(self.outputs, self.own, "-x", f"--waivers={self.waivers}").code == 1

    def lying(self, setting: str) -> Variation:
        """Give the stack with outputs that say another value of a setting than runs."""
        outputs = json.loads(self.outputs.path.read_text())
        outputs["settings"][setting] = lie(outputs["settings"][setting])
        told = self.outputs.path.with_name("lie.json")
        told.write_text(json.dumps(outputs))
        return replace(self, outputs=load(told))

    @contextmanager
    def changed(self, setting: str) -> Iterator[Variation]:
        """Change what a setting decides on a copy of its AWS; give the stack there."""
        session: Any = boto3.Session("another", "hand", region_name=str(self.outputs["region"]))
        with copied(self.server) as copy:

            def aws(service: str, region: str | None = None) -> Any:
                return session.client(service, region, endpoint_url=copy.endpoint)

            CHANGES[setting](aws, self.outputs)
            yield replace(self, server=copy)


def configuration(blueprint: str, changed: Collection[str]) -> dict[str, Any]:
    """Give a stack's whole configuration: the reference's, and other values where changed."""
    choices = CHOICES[blueprint]
    file = ROOT / f"Pulumi.{choices.stack}.yaml"
    config: dict[str, Any] = yaml.safe_load(file.read_text())["config"]
    config |= {_full(key): choices.others[key] for key in changed}
    zones = config.get("stackproof:availability_zones")
    if zones is not None:  # they are of the stack's region, whichever it is
        config["stackproof:availability_zones"] = [config[REGION] + zone[-1] for zone in zones]
    return config


@contextmanager
def deployed(blueprint: str, changed: Collection[str], folder: Path) -> Iterator[Variation]:
    """Deploy a blueprint with changed settings to an embedded AWS of its own."""
    config = configuration(blueprint, changed)
    stack = f"{blueprint}-{config.get('stackproof:environment', 'varied')}"
    outputs, waivers = folder / "flat-outputs.json", folder / "waivers.yaml"
    entries = yaml.safe_load((ROOT / "waivers.yaml").read_text())
    refused = [WAIVED.get((blueprint, key)) for key in sorted(changed)]
    waived = [waiver | {"stack": stack} for waiver in refused if waiver]
    waivers.write_text(yaml.safe_dump([*entries, *waived]))
    with embedded_aws() as server:
        environment = isolated(os.environ, server, config[REGION], home=folder)
        if "hosted_zone_id" in changed:
            config[_full("hosted_zone_id")] = _zone(config[_full("domain_name")], server)
        config |= {
            _full(key): make(server, config[REGION])
            for key, make in ACCOUNT_WIDE.items()
            if key in changed
        }
        project = {"name": "stackproof", "runtime": "python", "main": f"{ROOT}/infra"}
        (folder / "Pulumi.yaml").write_text(yaml.safe_dump(project))
        (folder / f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump({"config": config}))
        command = [STACKPROOF, "deploy", stack, "--outputs", str(outputs)]
        subprocess.run(command, check=True, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
        yield Variation(server, load(outputs), waivers)


def _full(key: str) -> str:
    return key if ":" in key else f"stackproof:{key}"


def _zone(domain: str, server: Server) -> str:
    """Make the zone that the stack is told: somebody else's, for the domain above its own."""
    session: Any = boto3.Session("another", "hand", region_name="us-east-1")
    route53 = session.client("route53", endpoint_url=server.endpoint)
    made = route53.create_hosted_zone(Name=domain.partition(".")[2], CallerReference="theirs")
    return str(made["HostedZone"]["Id"]).removeprefix("/hostedzone/")
