"""Service models cut to what a run uses: parsing whole ones is most of what a client costs.

botocore's model of EC2 has 20 MB of JSON, of which the readers use a fortieth. What is cut is kept
in the user's cache folder, by botocore's version and by what is used, and so is what botocore has
beside it of a service: it looks through two thousand folders before it loads anything of its own.
Without a folder that can be written to, whole models are read, as always.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import botocore
from botocore.loaders import JSONFileLoader, Loader, instance_cache
from botocore.session import Session

from stackproof import kept

_MODEL = "service-2"
# What botocore asks by itself for credentials: a role of a profile, a web identity's, a login.
_FOR_CREDENTIALS = frozenset({"signin", "sso", "sso-oidc", "sts"})
# Told apart from what another version of stackproof kept, which may have cut otherwise.
_CUT = 2


class _PlainFiles(JSONFileLoader):
    """Reads JSON into plain dictionaries, which keep their order as well and cost a third."""

    def _load_file(self, full_path: str, open_method: Callable[..., Any]) -> Any:
        try:
            with open_method(full_path, "rb") as file:
                return json.load(file)
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return None


class UsedModels(Loader):
    """Loads service models with the shapes of the operations that are used.

    `used` are the services and operations. Of all others there is the name alone: a client has
    them, and its guard refuses them. Services that give credentials are whole, for botocore asks
    them by the same session. `folder` is where they are kept, with what else there is of a
    service: where its endpoints are, and which of its operations have pages.
    """

    def __init__(self, used: Iterable[tuple[str, str]], folder: Path) -> None:
        super().__init__(file_loader=_PlainFiles())
        self._used: dict[str, list[str]] = {}
        for service, operation in sorted(used):
            self._used.setdefault(service, []).append(operation)
        self._folder = folder

    @instance_cache
    def load_service_model(
        self, service_name: str, type_name: str, api_version: str | None = None
    ) -> Any:
        """Give a model, cut if it is a service's; raise botocore's errors for unknown ones."""
        file = self._file(service_name, type_name, api_version)
        model = kept.read(file)
        if not model:
            whole = super().load_service_model(service_name, type_name, api_version)
            used = self._used_of(service_name, type_name)
            model = whole if used is None else cut(whole, used)
            kept.keep(file, model)
        return model

    def _used_of(self, service: str, type_name: str) -> list[str] | None:
        """Give the operations to which a model is cut, `None` where it is left whole."""
        if type_name != _MODEL or service in _FOR_CREDENTIALS:
            return None
        return self._used.get(service, [])

    def _file(self, service: str, type_name: str, version: str | None) -> Path:
        used = json.dumps([_CUT, type_name, version, self._used_of(service, type_name)])
        digest = hashlib.sha256(used.encode()).hexdigest()[:16]
        return self._folder / f"botocore-{botocore.__version__}" / f"{service}-{digest}.json"


def loader_of(session: Session, used: frozenset[tuple[str, str]]) -> Loader:
    """Give what loads a session's models: cut ones, unless the user brings some along."""
    folder = cache_folder()
    if session.get_config_variable("data_path") is None and folder is not None:
        return _used_models(used, folder)
    own: Loader = session.get_component("data_loader")
    return own


@cache
def _used_models(used: frozenset[tuple[str, str]], folder: Path) -> UsedModels:
    # It keeps what it has read, for all sessions: each role of many accounts has one of its own.
    return UsedModels(used, folder)


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
