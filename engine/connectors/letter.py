"""The connector ``mail/send``: a mail to addresses outside, sent before the task goes on."""

from collections.abc import Mapping
from typing import Final

from bpmn.vocabulary import Input, Outside
from engine.connectors import mail
from engine.connectors.contract import Call, CallFailed, Connector, Grants, text_of
from forms.data import Value

ADDRESSES: Final = 50


def run(call: Call, grants: Grants) -> Mapping[str, Value]:
    """Hand the mail to the server, in one go for all addresses; gives the message id. Raises CallFailed."""
    first, *others = _addresses(call)
    message = mail.Mail(
        key=call.key,
        sender=grants.sender,
        address=first,
        others=tuple(others),
        name="",
        subject=text_of(call, "subject", required=True),
        text=text_of(call, "text", required=True),
        html=None,
        date=call.begun,
    )
    if grants.smtp is None:
        raise CallFailed("No mail server is set (KEELSON_SMTP).")
    try:
        mail.send(grants.smtp, message)
    except CallFailed as failed:
        code = "refused" if failed.permanent else "unreachable"
        raise CallFailed(failed.message, permanent=failed.permanent, code=code) from None
    return {"id": call.key}


def _addresses(call: Call) -> list[str]:
    value = call.arguments.get("to")
    wanted = value if isinstance(value, list) else [value]
    found = [one.strip() for one in wanted if isinstance(one, str) and one.strip()]
    if not found or len(found) != len(wanted) or len(found) > ADDRESSES:
        message = f"The parameter to of mail/send is no mail address, and no list of at most {ADDRESSES} of them."
        raise CallFailed(message, permanent=True)
    return found


FACE: Final = Outside(
    id="mail/send",
    title="Mail",
    inputs=(
        Input(id="to", title="To", description="A mail address, or a list of them", required=True),
        Input(id="subject", title="Subject", required=True),
        Input(id="text", title="Text", required=True),
    ),
    outputs=("id",),
    errors={
        "refused": "The mail server does not take the mail or an address",
        "unreachable": "The mail server could not be used",
    },
)
CONNECTOR: Final = Connector(face=FACE, run=run)
