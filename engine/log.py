"""The log: lines on standard output. What cannot be written there is lost, and is never a reason to fail."""

import sys
from contextlib import suppress
from typing import TextIO, cast

import structlog


class _Forgiving:
    """Standard output, which loses what it cannot write: the disk is full, or nobody reads any more."""

    def write(self, text: str) -> int:
        """Write if possible."""
        with suppress(OSError):
            sys.stdout.write(text)
        return len(text)

    def flush(self) -> None:
        """Write what is waiting if possible."""
        with suppress(OSError):
            sys.stdout.flush()


def configure(level: str = "info") -> None:
    """Send what is logged from this level on to standard output.

    Tracebacks are plain: those with the values of variables would write personal data, and take minutes on large ones.
    """
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.StackInfoRenderer(),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(
                colors=sys.stdout.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=cast(TextIO, _Forgiving())),
    )
