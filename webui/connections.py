"""What calls to other systems may have: secrets and hosts. The value of a secret is typed in and never shown."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.acts import connecting
from engine.errors import StaleRevision, Unacceptable
from engine.reports import connections as reports
from webui import access
from webui.texts import gettext as _

PAGES = Blueprint("connections", __name__, url_prefix="/operations/connections")


@PAGES.get("")
def page() -> str:
    """All secrets and allowed hosts."""
    return _page()


def _page(**more: Any) -> str:
    with access.reading() as tx:
        found = reports.connections(tx)
    return _rendered("connections/page.html", found, **more)


@PAGES.post("/secrets")
def secret_add() -> Response | tuple[str, int]:
    """Add a secret."""
    name = request.form.get("name", "").strip()
    try:
        _save(name)
    except Unacceptable as refused:
        return _page(problems=_problems(refused)), 422
    flash(_("The secret %(name)s is saved.", name=name), "good")
    return redirect(url_for("connections.page"), 303)


@PAGES.get("/secrets/<name>")
def secret(name: str) -> str:
    """Ask for another value or binding of a secret."""
    return _secret_page(name)


def _secret_page(name: str, **more: Any) -> str:
    with access.reading() as tx:
        found, known = reports.secret(tx, name), reports.connections(tx)
    return _rendered("connections/secret.html", known, secret=found, **more)


def _rendered(template: str, found: reports.Connections, **more: Any) -> str:
    # The value of a secret is not put back into a form that was refused.
    typed = {name: text for name, text in request.form.items() if name != "secret_value"}
    pairs = [(operation, operation) for operation in found.operations]
    return render_template(template, found=found, typed=typed, operation_pairs=pairs, **{"problems": {}, **more})


@PAGES.post("/secrets/<name>")
def secret_save(name: str) -> Response | tuple[str, int]:
    """Replace a secret."""
    try:
        _save(name)
    except StaleRevision as refused:
        return _secret_page(name, problems={"": refused.message}), 409
    except Unacceptable as refused:
        return _secret_page(name, problems=_problems(refused)), 422
    flash(_("The secret %(name)s is saved.", name=name), "good")
    return redirect(url_for("connections.page"), 303)


@PAGES.post("/secrets/<name>/remove")
def secret_remove(name: str) -> Response:
    """Remove a secret."""
    with access.transaction() as tx:
        connecting.remove_secret(tx, name)
    flash(_("The secret %(name)s is removed. Calls that need it fail from now on.", name=name), "good")
    return redirect(url_for("connections.page"), 303)


@PAGES.post("/hosts")
def host_allow() -> Response | tuple[str, int]:
    """Let calls reach a host in a private network."""
    try:
        with access.transaction() as tx:
            allowed = connecting.allow_host(tx, request.form.get("host", ""), request.form.get("reason", ""))
    except Unacceptable as refused:
        problems = {f"allow-{name}" if name == "host" else name: text for name, text in _problems(refused).items()}
        return _page(problems=problems), 422
    flash(_("Calls may reach %(host)s.", host=allowed.host), "good")
    return redirect(url_for("connections.page"), 303)


@PAGES.post("/hosts/remove")
def host_forbid() -> Response:
    """Take a host off the list."""
    host = request.form.get("host", "")
    with access.transaction() as tx:
        connecting.forbid_host(tx, host)
    flash(_("%(host)s is off the list.", host=host), "good")
    return redirect(url_for("connections.page"), 303)


def _save(name: str) -> None:
    seen = request.form.get("seen", "0")
    with access.transaction() as tx:
        connecting.save_secret(
            tx,
            name,
            operation=request.form.get("operation", ""),
            host=request.form.get("host", ""),
            value=request.form.get("secret_value", "").strip(),
            seen=int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else -1,
        )


def _problems(refused: Unacceptable) -> dict[str, str]:
    return {str(refused.parameters.get("field", "")): refused.message}
