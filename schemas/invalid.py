"""Why a message cannot be used: the closed list of reasons, and the one exception that carries them."""

from enum import StrEnum


class InvalidReason(StrEnum):
    """The closed list of reasons for a dead letter. Stored and counted by name: add, never rename."""

    INVALID_ENCODING = "invalid_encoding"
    """The bytes are not UTF-8."""
    INVALID_JSON = "invalid_json"
    """The text is not one JSON value: malformed, cut short, nested too deeply, or half of a surrogate pair."""
    NOT_AN_OBJECT = "not_an_object"
    """The JSON value is an array, a string, a number or null, not an event."""
    TOO_LARGE = "too_large"
    """The message is longer than the configured limit."""
    UNSUPPORTED_SPECVERSION = "unsupported_specversion"
    """The CloudEvents version is not 1.0."""
    UNKNOWN_TYPE = "unknown_type"
    """The `type` is none of the six that are understood."""
    MISSING_FIELD = "missing_field"
    """A required field is absent or null."""
    INVALID_FIELD = "invalid_field"
    """A field has the wrong type or breaks a rule: empty identifier, unlisted value, out of range, no UTC offset."""
    IMPLAUSIBLE_TIME = "implausible_time"
    """A time lies before the year 2000 or more than a day ahead of the time at which the event arrived."""
    CREATED_AT_REQUIRED = "created_at_required"
    """A revised or recalled chat message does not repeat its original time, so it could not replace the original."""
    TRUNCATED_INPUT = "truncated_input"
    """A compressed input ends early or is damaged: nothing after this place can be read."""
    INVALID_ROW = "invalid_row"
    """A row of a table cannot be mapped to an event: wrong number of columns, unreadable time, unlisted role."""
    PROCESSOR_FAILED = "processor_failed"
    """A processor of the pipeline fails on this message; mended, `voc dead-letters replay` reads it again."""
    UNSTORABLE = "unstorable"
    """The warehouse refuses the row whatever one does: a value that its table cannot hold."""


class InvalidMessage(Exception):
    """A message that can never be used: it becomes a dead letter and is not retried.

    `detail` names the field and the rule that it breaks, or is empty. It is safe to log: it never holds anything
    that the sender wrote.
    """

    def __init__(self, reason: InvalidReason, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}" if self.detail else str(self.reason)
