"""Which known name somebody probably meant: every "unknown key" message of the core ends with it."""

import difflib
from collections.abc import Iterable


def meant(unknown: str, known: Iterable[str]) -> str:
    """Return a clause for an error message: the nearest known name, or all of them where none is near."""
    names = sorted(known)
    near = difflib.get_close_matches(unknown[:100], names, n=1, cutoff=0.5)
    return f"did you mean “{near[0]}”?" if near else f"known: {', '.join(names)}"
