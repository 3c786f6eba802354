"""A project with controls of its own, written into a folder."""

from __future__ import annotations

from pathlib import Path

STREAM = "aws:kinesis/stream:Stream"
CONTROL = '''
from stackproof.controls.registry import control
from stackproof.controls.support.checks import expect
from stackproof.model import Category, Outcome, Resource, Severity
from stackproof.model.cases import Cases, Change, Given, Hide


@control(
    "ours-stream-encrypted",
    title="Streams are encrypted",
    severity=Severity.HIGH,
    category=Category.SECURITY,
    types="aws:kinesis/stream:Stream",
    cases=Cases(
        passing=Given("aws:kinesis/stream:Stream", {"encryption_type": "KMS"}),
        failing=(Change("encryption_type", "NONE"),),
        unknown=(Hide("encryption_type"),),
    ),
)
def stream_encrypted(stream: Resource) -> Outcome:
    """Streams may carry what the database is encrypted for."""
    return expect(stream, "encryption_type", "KMS", fix="Set encryption_type to KMS.")
'''
LINE = 1 + CONTROL.splitlines().index("@control(")


def write(folder: Path, text: str = CONTROL, name: str = "streams.py") -> Path:
    """Write a file of own controls into a project, which has settings that name its folder."""
    file = folder / "controls" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    for place, said in (
        ("Pulumi.yaml", "name: shop\nruntime: python\n"),
        ("stackproof.yaml", "controls: [controls]\n"),
    ):
        if not (folder / place).exists():
            (folder / place).write_text(said)
    return file


def distribution(folder: Path, name: str, group: str, value: str) -> None:
    """Write what a distribution's installation leaves behind beside its modules."""
    made = folder / f"{name}-1.2.dist-info"
    made.mkdir(parents=True)
    (made / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n")
    (made / "entry_points.txt").write_text(f"[{group}]\n{name} = {value}\n")
