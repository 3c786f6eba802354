"""What `stackproof explain` says of a deployed stack is how things are, at each sight."""

from __future__ import annotations

from tests.integration.deployments import Deployed


def test_finding_and_resource_are_told_at_each_sight(deployed: Deployed) -> None:
    key = deployed.outputs["cache_kms_key_id"]
    deployed.client("kms").disable_key_rotation(KeyId=key)
    try:
        of_key = deployed.stackproof("explain", key, "--state", str(deployed.state))
        # Without the state tags tell whose it is, and only AWS shows the failure.
        by_tags = deployed.stackproof("explain", "kms-key-rotation", key)
    finally:
        deployed.client("kms").enable_key_rotation(KeyId=key)
    assert of_key.returncode == 0, of_key.stderr
    lines = of_key.stdout.splitlines()
    assert "whose: it is the stack's, because the state manages it" in lines
    assert "named by: the state" in lines
    assert "  declared: the program sets enable_key_rotation to true" in lines
    state = lines.index("  in the state: holds")
    live = lines.index(
        "  live: fails: enable_key_rotation is false, expected true. "
        "Set enable_key_rotation to true."
    )
    assert "    read: enable_key_rotation = true" in lines[state:live]
    assert "    read: enable_key_rotation = false" in lines[live:]
    assert any(line.startswith("  read by: ") and "kms:DescribeKey" in line for line in lines)
    # What has drifted is told as well.
    assert any(line.startswith("resource-as-declared") for line in lines)
    told = by_tags.stdout.splitlines()
    assert told[0].startswith("kms-key-rotation on kms.Key ")
    assert any(line.startswith("  live: fails: ") for line in told)
    assert not any(line.startswith("  in the state") for line in told)
