"""The catalogue of controls: one module per AWS service or concern, found by import."""

from stackproof.controls.registry import catalogue, judge

__all__ = ["catalogue", "judge"]
