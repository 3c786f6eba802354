"""How we want moto to behave: environment variables that it reads when imported."""

from __future__ import annotations

SETTINGS = {
    # 90 MB and half a second of made-up images and snapshots that nobody looks at.
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
    # The overlay loads an AWS-managed policy when it's first named; moto would load all 1,400.
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "false",
    # A certificate is ISSUED as soon as it's asked for.
    "MOTO_ACM_VALIDATION_WAIT": "0",
    "MOTO_DISABLE_GLOBAL_CORS": "true",
}
