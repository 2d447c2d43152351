"""The organisation whose people go through the journeys."""

import pytest

from tests.journeys.story import Story
from tests.parts.organisation import Organisation, organisation, organisation_store
from tests.storage_contract.stores import database_url, sqlite_url, upgraded_sqlite

__all__ = ["database_url", "organisation", "organisation_store", "sqlite_url", "story", "upgraded_sqlite"]


@pytest.fixture
def story(organisation: Organisation) -> Story:
    """People by name, and the words in which journeys are told."""
    return Story(organisation)
