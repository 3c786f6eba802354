"""The base of all our errors: a sentence for the user, with the code by which docs explain it."""

from __future__ import annotations

from stackproof.error_codes import Code
from stackproof.exit_codes import COULD_NOT


class StackproofError(Exception):
    """Raised when something can't be done: its text is one sentence for the user, or a few lines.

    `code` tells which sentence it is, whatever names and numbers stand in it; the class has one
    for those that are not told apart. `exit_code` is what a command ends with that lets it through.
    """

    code: Code = Code.OTHER
    exit_code: int = COULD_NOT

    def __init__(self, sentence: str = "", code: Code | None = None) -> None:
        super().__init__(sentence)
        if code is not None:
            self.code = code

    @property
    def told(self) -> str:
        """Give the sentence with its code, as commands and the suite say it."""
        return f"{self} [{self.code}]"
