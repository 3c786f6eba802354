"""moto's application, set up for us."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from stackproof.embedded.overlay.registry import apply_patches

if TYPE_CHECKING:
    from flask import Flask

# Made ready in the background once the port is open, in the order a deployment reaches for them.
_WARM = (
    ("sts", "sts"),
    ("ec2", "ec2"),
    ("iam", "iam"),
    ("kms", "kms"),
    ("s3", "s3"),
    ("logs", "logs"),
    ("secretsmanager", "secretsmanager"),
    ("rds", "rds"),
    ("elasticache", "elasticache"),
    ("ecs", "ecs"),
    ("elbv2", "elbv2"),
    ("acm", "acm"),
    ("route53", "route53"),
    ("applicationautoscaling", "application-autoscaling"),
    ("cloudwatch", "cloudwatch"),
    ("sns", "sns"),
    ("wafv2", "wafv2"),
    ("guardduty", "guardduty"),
    ("config", "config"),
    ("resourcegroupstaggingapi", "resourcegroupstaggingapi"),
)


class Dispatcher(DomainDispatcherApplication):
    """moto's dispatcher, which else looks through its own folders on each request: 1 ms."""

    def __init__(self) -> None:
        super().__init__(_create_app)
        self._backends: dict[str, Any] = {}

    def get_backend_for_host(self, host: str | None) -> Any:
        """Return the name of the backend for a host name."""
        if host is None:
            return None
        if host not in self._backends:
            self._backends[host] = super().get_backend_for_host(host)
        return self._backends[host]


def _create_app(service: str) -> Flask:
    apply_patches(service)
    app = create_backend_app(service)  # type: ignore[arg-type]
    # Out of debug mode Flask itself answers a crash of moto with HTTP 500 and logs it.
    app.debug = False
    return app


def warm(app: Dispatcher, services: Iterable[tuple[str, str]] = _WARM) -> threading.Thread:
    """Import the services' backends and models in a background thread, and give it."""

    def run() -> None:
        from moto.core.routing import get_service_router
        from moto.core.utils import get_service_model

        for package, service in services:
            with app.lock:
                if package not in app.app_instances:
                    app.app_instances[package] = _create_app(package)
            get_service_model(service)
            get_service_router(service)

    thread = threading.Thread(target=run, name="warm", daemon=True)
    thread.start()
    return thread


def reset() -> None:
    """Empty every backend."""
    from moto.moto_api._internal.models import moto_api_backend

    moto_api_backend.reset()
