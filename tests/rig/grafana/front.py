"""What Grafana's front end does to a statement before the plugin sees it: `${name:format}` (grafana/scenes, formatRegistry)."""

import re
from collections.abc import Mapping
from urllib.parse import quote

ALL = "$__all"
VARIABLE = re.compile(r"\$\{(\w+)(?::(\w+))?\}|\$(?!__)(\w+)|\[\[(\w+)\]\]")
Value = str | list[str]


def percent_encoded(value: Value) -> str:
    """encodeURIComponent, and !'()* too; several values in braces, with commas."""
    text = "{" + ",".join(value) + "}" if isinstance(value, list) else value
    return quote(text, safe="-_.~")


def single_quoted(value: Value) -> str:
    """In quotes, quotes escaped, backslashes not."""
    listed = value if isinstance(value, list) else [value]
    return ",".join("'" + text.replace("'", "\\'") + "'" for text in listed)


def filled(sql: str, values: Mapping[str, Value]) -> str:
    """The statement with its variables. A variable that is not there stays as it is, as in Grafana; `values` of ALL are the
    variable's own value for all, `*`."""

    def fill(found: re.Match[str]) -> str:
        name = found[1] or found[3] or found[4]
        if name not in values:
            return found[0]
        value = values[name]
        value = "*" if value in (ALL, [ALL]) else value
        if found[2] == "percentencode":
            return percent_encoded(value)
        if found[2] == "singlequote":
            return single_quoted(value)
        raise AssertionError(f"{found[0]}: this stand-in knows percentencode and singlequote")

    return VARIABLE.sub(fill, sql)
