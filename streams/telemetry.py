"""Logs: one event name plus key=value, to stderr. No customer text, ever: fields are counts, names, codes and positions."""

import logging
import sys

LEVELS = ("debug", "info", "warning", "error")


class EventLog:
    """`log.info("batch_read", lines=2000)` becomes `level=info event=batch_read lines=2000`."""

    def __init__(self) -> None:
        self._logger = logging.getLogger("voc")

    def debug(self, event: str, **fields: object) -> None:
        """For the developer of this program."""
        self._write(logging.DEBUG, event, fields)

    def info(self, event: str, **fields: object) -> None:
        """For the operator: what happened."""
        self._write(logging.INFO, event, fields)

    def warning(self, event: str, **fields: object) -> None:
        """For the operator: what may need a hand."""
        self._write(logging.WARNING, event, fields)

    def _write(self, level: int, event: str, fields: dict[str, object]) -> None:
        if self._logger.isEnabledFor(level):
            pairs = " ".join(f"{key}={_quoted(value)}" for key, value in {"event": event, **fields}.items())
            self._logger.log(level, pairs)


def _quoted(value: object) -> str:
    text = str(value)
    return (
        text
        if text and not any(character in text for character in ' "=\n\r\t')
        else '"' + text.replace('"', "'").replace("\n", " ") + '"'
    )


def set_up(level: str) -> None:
    """Send events of at least `level` (debug, info, warning, error) to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("time=%(asctime)s level=%(levelname)s %(message)s"))
    logger = logging.getLogger("voc")
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel(level.upper())
    # Libraries say what they like, and the driver quotes what it sent: only what our own code says is logged.
    logging.getLogger().handlers = [logging.NullHandler()]


log = EventLog()
