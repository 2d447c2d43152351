"""What the log tells of a defect."""

import structlog

from engine import log


def test_a_traceback_says_where_and_never_what_was_in_the_variables(capsys):
    def defective(secret):
        raise ZeroDivisionError("a defect" + secret[:0])

    secret = "".join(["hunt", "er2"])
    try:
        log.configure()
        try:
            defective(secret)
        except ZeroDivisionError:
            structlog.get_logger().exception("it failed", case="INC-1001")
    finally:
        structlog.reset_defaults()
    told = capsys.readouterr().out
    assert "ZeroDivisionError: a defect" in told
    assert "INC-1001" in told
    assert "test_log.py" in told
    assert "hunter2" not in told
