"""People and browsers: Flask pages over the engine's acts and reports.

Pages are rendered on the server and work without JavaScript (the modeler excepted). No view holds a rule: permissions
live on acts and reports, and what they refuse becomes a page in webui.refusals. webui.access is the only file that
touches flask.g and flask.current_app.
"""

from engine.installation import Installation
from webui import (
    access,
    assets,
    audit,
    authoring,
    catalogue,
    clauses,
    connections,
    decision_elements,
    decision_tables,
    decision_types,
    demonstration,
    door,
    erasing,
    form_files,
    headers,
    health,
    importing,
    inbox,
    instances,
    linking,
    me,
    measures,
    migrating,
    modeling,
    operations,
    ownership,
    people,
    records,
    refusals,
    registers,
    rehearsals,
    schedule,
    senders,
    settings,
    shell,
    sign_in,
    steering,
    tasks,
)
from webui.application import Application

BLUEPRINTS = (
    sign_in.PAGES,
    demonstration.PAGES,
    me.PAGES,
    inbox.PAGES,
    tasks.PAGES,
    catalogue.PAGES,
    instances.PAGES,
    linking.PAGES,
    steering.PAGES,
    audit.PAGES,
    measures.PAGES,
    clauses.PAGES,
    ownership.PAGES,
    authoring.PAGES,
    migrating.PAGES,
    modeling.PAGES,
    decision_elements.PAGES,
    decision_tables.PAGES,
    decision_types.PAGES,
    form_files.PAGES,
    importing.PAGES,
    rehearsals.PAGES,
    people.PAGES,
    records.PAGES,
    registers.PAGES,
    schedule.PAGES,
    operations.PAGES,
    connections.PAGES,
    senders.PAGES,
    door.PAGES,
    erasing.PAGES,
    health.PAGES,
)


def create_app(installation: Installation) -> Application:
    """The web application over an open installation."""
    app = Application(__name__, static_folder="static", static_url_path="/static")
    settings.configure(app, installation.settings)
    access.attach(app, installation)
    for part in (assets, shell, headers, refusals):
        part.attach(app)
    for pages in BLUEPRINTS:
        app.register_blueprint(pages)
    return app
