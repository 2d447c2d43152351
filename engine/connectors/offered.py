"""The operations that leave the house, by id."""

from collections.abc import Mapping
from typing import Final

from engine.connectors import http, letter, webhook
from engine.connectors.contract import Connector

CONNECTORS: Final[Mapping[str, Connector]] = {
    connector.face.id: connector for connector in (http.CONNECTOR, letter.CONNECTOR, webhook.CONNECTOR)
}

WITH_SECRETS: Final = (http.FACE.id, webhook.FACE.id)
"""Those that secrets can be bound to."""
