"""People, what they are granted from when until when, and the roles and groups there are."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.acts import people as acts
from engine.errors import SamePerson, Unacceptable
from engine.model.record import Role
from engine.reports import people as reports
from webui import access, typed
from webui.texts import gettext as _

PAGES = Blueprint("people", __name__, url_prefix="/people")


@PAGES.get("")
def page() -> str:
    """List people."""
    text = request.args.get("text", "")
    with access.reading() as tx:
        found = reports.people(tx, text=text)
    return render_template("people/list.html", people=found, text=text)


@PAGES.get("/new")
def new() -> str:
    """Ask for a new person."""
    with access.reading() as tx:
        reports.people(tx)  # refuses who may not manage people before anything is typed
    return render_template("people/new.html", typed={"zone": access.installation().settings.zone}, problems={})


@PAGES.post("/new")
def add() -> Response | tuple[str, int]:
    """Add a person and go on to his page for roles and a password link."""
    given = _account()
    try:
        with access.transaction() as tx:
            person = acts.add_person(tx, **given)
    except Unacceptable as refused:
        return render_template("people/new.html", typed=given, problems=_problems(refused)), 422
    flash(_("%(name)s is added. Grant roles, then make a password link.", name=person.name), "good")
    return redirect(url_for("people.person", person_id=person.id), 303)


@PAGES.get("/<person_id>")
def person(person_id: str) -> str:
    """Show a person with all grants, past ones included."""
    return _person(person_id)


@PAGES.post("/<person_id>")
def change(person_id: str) -> Response | tuple[str, int]:
    """Change name, login, mail address or time zone."""
    given = _account()
    try:
        with access.transaction() as tx:
            acts.change_person(tx, person_id, **given)
    except Unacceptable as refused:
        return _person(person_id, typed=given, problems=_problems(refused)), 422
    flash(_("Saved."), "good")
    return _back(person_id)


@PAGES.post("/<person_id>/active")
def active(person_id: str) -> Response:
    """Let a person in again, or keep him out; his history stays."""
    wanted = request.form.get("active") == "yes"
    try:
        with access.transaction() as tx:
            acts.set_active(tx, person_id, wanted)
    except Unacceptable as refused:
        flash(refused.message, "bad")
    else:
        flash(
            _("The account is active.") if wanted else _("The account is deactivated and signed out everywhere."),
            "good",
        )
    return _back(person_id)


@PAGES.post("/<person_id>/link")
def link(person_id: str) -> str:
    """Make a one-time link to set a password, and show it once."""
    with access.transaction() as tx:
        token = acts.make_password_link(tx, person_id)
    base = access.installation().settings.base_url
    return _person(person_id, link=base + url_for("sign_in.link", token=token))


@PAGES.post("/<person_id>/grants")
def grant(person_id: str) -> Response | tuple[str, int]:
    """Grant a role from a moment until another."""
    given = {name: request.form.get(name, "").strip() for name in ("role", "valid_from", "valid_until", "reason")}
    zone = access.zone()
    try:
        if not given["role"]:
            raise Unacceptable(_("Choose a role or a group."), field="role")
        begin = typed.moment(given["valid_from"], zone, "valid_from")
        end = typed.moment(given["valid_until"], zone, "valid_until")
        with access.transaction() as tx:
            acts.grant_role(tx, person_id, given["role"], valid_from=begin, valid_until=end, reason=given["reason"])
    except Unacceptable as refused:
        return _person(person_id, granting=given, problems=_problems(refused)), 422
    except SamePerson as refused:
        return _person(person_id, granting=given, problems=_problems(refused)), 403
    flash(_("The role is granted."), "good")
    return _back(person_id)


@PAGES.post("/<person_id>/grants/<grant_id>/revoke")
def revoke(person_id: str, grant_id: str) -> Response | tuple[str, int]:
    """Let a grant end now, with a reason."""
    try:
        with access.transaction() as tx:
            acts.revoke_role(tx, grant_id, request.form.get("reason", ""))
    except Unacceptable as refused:
        return _person(person_id, problems={f"reason-{grant_id}": refused.message}), 422
    flash(_("The role ends now. It stays on record."), "good")
    return _back(person_id)


@PAGES.get("/roles")
def roles() -> str:
    """List roles and groups with who holds them now."""
    return _roles()


@PAGES.post("/roles")
def put_role() -> Response | tuple[str, int]:
    """Add a role or group, or change its words."""
    given = {name: request.form.get(name, "").strip() for name in ("id", "title", "kind", "purpose")}
    role = Role(
        id=given["id"] or typed.slug(given["title"]),
        title=given["title"],
        kind="role" if given["kind"] == "role" else "group",
        purpose=given["purpose"],
    )
    try:
        with access.transaction() as tx:
            acts.put_role(tx, role)
    except Unacceptable as refused:
        return _roles(typed=given, problems=_problems(refused)), 422
    flash(_("%(title)s is saved.", title=role.title), "good")
    return redirect(url_for("people.roles"), 303)


def _account() -> dict[str, str]:
    return {name: request.form.get(name, "").strip() for name in ("login", "name", "email", "zone")}


def _problems(refused: Unacceptable | SamePerson) -> dict[str, str]:
    return {str(refused.parameters.get("field", "")): refused.message}


def _back(person_id: str) -> Response:
    return redirect(url_for("people.person", person_id=person_id), 303)


def _person(person_id: str, **more: object) -> str:
    with access.reading() as tx:
        found = reports.person(tx, person_id)
    values = {"typed": None, "granting": {}, "problems": {}, "link": None, **more}
    return render_template("people/person.html", view=found, **values)


def _roles(**more: object) -> str:
    with access.reading() as tx:
        every = reports.roles(tx)
    return render_template("people/roles.html", roles=every, **{"typed": {}, "problems": {}, **more})
