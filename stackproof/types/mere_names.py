"""Mere names: which plain words name a resource, by their form and by what they are called."""

from __future__ import annotations

import re
from typing import Final

from stackproof.types.identities import identity
from stackproof.types.names import to_snake
from stackproof.types.regions import is_region
from stackproof.types.table import type_of

# Words that something joins: people rarely write anything else so.
_JOINED: Final = re.compile(r"(?=.*[a-z])[A-Za-z0-9/]+(?:[-._][A-Za-z0-9/]+)+")
_WORD: Final = re.compile(r"(?=.*[A-Za-z])[\w/][\w/.+=@-]*")
_VERSION: Final = re.compile(r"v?\d+(\.\d+)+([-+.]\w+)*")
# What is called so says how something is, and names nothing.
_SETTING: Final = re.compile(
    r"(^|_)(availability_zone|branch|class|commit|date|digest|engine|hash|language|locale|mode|model"
    r"|owner|revision|runtime|schedule|sha\d*|size|stage|status|tag|team|tier|time|type|version)s?$"
)
# What is called so is a name, whatever it looks like.
_THINGS: Final = (
    *("alarm", "bucket", "cluster", "dashboard", "function", "log_group", "pipeline", "queue"),
    *("repository", "repositorie", "role", "state_machine", "stream", "table", "topic", "vault"),
)
_THING: Final = re.compile(rf"(^|_)({'|'.join(_THINGS)})s?(_(name|id|identifier)s?)?$")
# Properties that say what a resource, or another one, is called.
_CALLED: Final = re.compile(
    r"(^|_)(arn|host|id|identifier|key|name|prefix|uri|url|user"
    rf"|{'|'.join(_THINGS)})s?$"
)


def is_name(text: str, called: str) -> bool:
    """Tell whether an output may be the mere name of a resource; `called` is the output's name.

    Ids, ARNs and addresses are none: what they name they tell themselves.
    """
    if is_region(text) or _VERSION.fullmatch(text) or identity(text):
        return False
    if _THING.search(to_snake(called)):
        return _WORD.fullmatch(text) is not None
    return not is_telling(called) and _JOINED.fullmatch(text) is not None


def is_telling(called: str) -> bool:
    """Tell whether an output of such a name says of its value that it is a name, or none."""
    name = to_snake(called)
    return bool(_THING.search(name) or _SETTING.search(name))


def of_another(type_: str, name: str) -> bool:
    """Tell whether what a property of a type says may be the name of another resource.

    What AWS tells (outputs only) it tells of the resource itself.
    """
    known = type_of(type_)
    return known is not None and name not in known.outputs and bool(_CALLED.search(name))
