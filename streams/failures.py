"""The closed vocabulary of what may go wrong outside the core (with schemas.invalid.InvalidMessage, which is the core's).

Anything that is none of these is a defect: it ends the process, and the next one starts from what was saved.
"""

from processors.failure import Failure


class SinkUnavailable(Failure):
    """The warehouse cannot take or give anything now. Retried in place, position held; the message says what to do."""


class UserError(Failure):
    """Something the person at the keyboard can mend: a path, a setting, a file. One line, exit code 1, no traceback."""


class RefusesAll(Failure):
    """Nearly everything is refused: a bad deployment rather than bad messages. The process stops before it drains its input
    into dead letters; nothing of the batch in hand is committed."""
