"""Versions of database engines that programs ask the provider for.

Which ones AWS offers changes with the months, and nothing on this machine knows: what a program
names is taken for offered.
"""

from __future__ import annotations

import re

from stackproof.embedded.errors import EmbeddedError
from stackproof.embedded.frame.base import Cloud, Properties, invoke

_TOKEN = "aws:rds/getEngineVersion:getEngineVersion"
# How families of parameter groups are named. Amazon RDS and Amazon Aurora User Guides, "Overview of
# parameter groups": by the major version, which is the first number of PostgreSQL's, and the first
# two of MySQL's and MariaDB's.
_MAJOR = {
    "aurora-mysql": re.compile(r"\d+\.\d+"),
    "aurora-postgresql": re.compile(r"\d+"),
    "mariadb": re.compile(r"\d+\.\d+"),
    "mysql": re.compile(r"\d+\.\d+"),
    "postgres": re.compile(r"\d+"),
}


@invoke(_TOKEN)
def engine_version(aws: Cloud, arguments: Properties) -> Properties:
    """Give the version that a program names, the first of those that it prefers."""
    engine = str(arguments["engine"])
    named = [arguments.get("version"), *(arguments.get("preferred_versions") or ())]
    version = next((str(given) for given in named if given), None)
    if version is None:
        raise EmbeddedError(f"{_TOKEN} needs a version or preferred_versions here, for {engine}")
    family = arguments.get("parameter_group_family") or _family(engine, version)
    return {
        "id": version,
        "engine": engine,
        "parameter_group_family": family,
        "status": "available",
        "version": version,
        "version_actual": version,
    }


def _family(engine: str, version: str) -> str:
    major = _MAJOR[engine].match(version) if engine in _MAJOR else None
    if major is None:
        raise EmbeddedError(f"the parameter group family of {engine} {version} is not known")
    return f"{engine}{major[0]}"
