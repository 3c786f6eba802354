"""Service models cut to what a run uses: parsing whole ones is most of what a client costs.

botocore's model of EC2 has 20 MB of JSON, of which the readers use a fortieth. What is cut is kept
in the user's cache folder, by botocore's version and by what is used; without a folder that can be
written to, whole models are read, as always.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import botocore
from botocore.loaders import Loader, instance_cache

from stackproof import kept

_MODEL = "service-2"
# What botocore asks by itself for credentials: a role of a profile, a web identity's, a login.
_FOR_CREDENTIALS = frozenset({"signin", "sso", "sso-oidc", "sts"})
# Told apart from what another version of stackproof kept, which may have cut otherwise.
_CUT = 1


class UsedModels(Loader):
    """Loads service models with the shapes of the operations that are used.

    `used` are the services and operations. Of all others there is the name alone: a client has
    them, and its guard refuses them. Services that give credentials are whole, for botocore asks
    them by the same session. `folder` is where cut models are kept.
    """

    def __init__(self, used: Iterable[tuple[str, str]], folder: Path) -> None:
        super().__init__()
        self._used: dict[str, list[str]] = {}
        for service, operation in sorted(used):
            self._used.setdefault(service, []).append(operation)
        self._folder = folder

    @instance_cache
    def load_service_model(
        self, service_name: str, type_name: str, api_version: str | None = None
    ) -> Any:
        """Give a model, cut if it is a service's; raise botocore's errors for unknown ones."""
        if type_name != _MODEL or service_name in _FOR_CREDENTIALS:
            return super().load_service_model(service_name, type_name, api_version)
        file = self._file(service_name, api_version)
        model = kept.read(file)
        if model is None or "operations" not in model:
            whole = super().load_service_model(service_name, type_name, api_version)
            model = cut(whole, self._used.get(service_name, ()))
            kept.keep(file, model)
        return model

    def _file(self, service: str, version: str | None) -> Path:
        used = json.dumps([_CUT, version, self._used.get(service, ())])
        digest = hashlib.sha256(used.encode()).hexdigest()[:16]
        return self._folder / f"botocore-{botocore.__version__}" / f"{service}-{digest}.json"


def cache_folder() -> Path | None:
    """Give the folder for cut models, `None` where there is none or the home has models."""
    try:
        if Path(Loader.CUSTOMER_DATA_PATH).is_dir():
            return None
    except OSError:
        return None
    return kept.folder_of("models")


def cut(model: Mapping[str, Any], used: Iterable[str]) -> dict[str, Any]:
    """Give a model with the shapes of the operations that are used, and no documentation."""
    wanted = {*used}
    operations = {
        name: _plain(operation)
        if name in wanted
        else {key: operation[key] for key in ("name", "http")}
        for name, operation in model["operations"].items()
    }
    shapes: dict[str, Any] = {}
    left = [*_shapes_of([operations[name] for name in wanted if name in operations])]
    while left:
        name = left.pop()
        if name not in shapes:
            shapes[name] = _plain(model["shapes"][name])
            left += _shapes_of(shapes[name])
    return {**model, "operations": operations, "shapes": shapes}


def _plain(value: Any) -> Any:
    """Give a part of a model without documentation; a member may be called so, too."""
    if isinstance(value, Mapping):
        return {
            key: _plain(item)
            for key, item in value.items()
            if not (key == "documentation" and isinstance(item, str))
        }
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _shapes_of(value: Any) -> Iterable[str]:
    if isinstance(value, Mapping):
        if isinstance(value.get("shape"), str):
            yield value["shape"]
        value = value.values()
    elif not isinstance(value, list):
        return
    for item in value:
        yield from _shapes_of(item)
