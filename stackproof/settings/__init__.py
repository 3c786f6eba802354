"""What preview, verification and the suite share of a project: `stackproof.yaml`."""
