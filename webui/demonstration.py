"""The demonstration's way in: continue as one of its invented people, without a password, on this computer only."""

from ipaddress import ip_address

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from engine.acts import signing_in
from engine.demo import PEOPLE
from engine.model.person import SYSTEM
from engine.reports import people
from webui import access
from webui.sign_in import onward

PAGES = Blueprint("demonstration", __name__, url_prefix="/continue-as")


def _check() -> None:
    """Not there at all, unless this is a demonstration asked from the computer it runs on, under a local name."""
    host = request.host.rsplit(":", 1)[0].strip("[]")
    local_name = host == "localhost" or _loopback(host)
    if not (access.installation().settings.demo and _loopback(request.remote_addr or "") and local_name):
        abort(404)


def _loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


@PAGES.get("")
@access.open_to_all
def page() -> str:
    """The people of the demonstration with what they do."""
    _check()
    with access.reading(SYSTEM) as tx:
        found = [row for row in people.people(tx) if row.person.active]
    jobs = {somebody.login: somebody.job for somebody in PEOPLE}
    return render_template("demonstration/page.html", people=found, jobs=jobs)


@PAGES.post("/<person_id>")
@access.open_to_all
def continue_as(person_id: str) -> Response:
    """Sign in as that person."""
    _check()
    with access.transaction(SYSTEM) as tx:
        signing_in.continue_as(tx, person_id)
    access.let_in(person_id)
    return onward()
