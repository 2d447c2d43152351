"""Operations: jobs that wait or failed, and the chains verified on demand."""

from flask import Blueprint, render_template

from engine.reports import operations
from webui import access

PAGES = Blueprint("operations", __name__, url_prefix="/operations")


@PAGES.get("")
def page() -> str:
    """Jobs and streams at a glance."""
    with access.reading() as tx:
        found = operations.overview(tx)
    return render_template("operations/page.html", overview=found, verdict=None)


@PAGES.post("/verify")
def verify() -> str:
    """Verify every chain now; reads only, and may take a while on a large journal."""
    with access.reading() as tx:
        verdict = operations.verify_chains(tx)
        found = operations.overview(tx)
    return render_template("operations/page.html", overview=found, verdict=verdict)
