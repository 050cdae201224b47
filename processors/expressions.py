"""Regular expressions that are compiled when they are first used.

There are two hundred of them, and most texts need a handful: compiling all would make every start a quarter of a second
longer.
"""

import re
from typing import Any, cast

_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "split", "sub", "subn")


class _Waiting:
    def __init__(self, form: str, flags: int) -> None:
        self._form, self._flags = form, flags

    def __getattr__(self, name: str) -> Any:
        """Called for what is not there yet: from then on every method is the compiled expression's own."""
        expression = re.compile(self._form, self._flags)
        for method in _METHODS:
            setattr(self, method, getattr(expression, method))
        return getattr(expression, name)


def lazy(form: str, flags: int = 0) -> re.Pattern[str]:
    """Return what behaves as `re.compile(form, flags)` does. A wrong form raises at its first use, not here."""
    return cast("re.Pattern[str]", _Waiting(form, flags))
