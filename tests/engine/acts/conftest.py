"""The organisation whose people act, on SQLite and, where a test asks for `either`, on PostgreSQL as well."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.story import Story
from tests.parts.organisation import Organisation, organisation, organisation_store, organisation_url, reopened
from tests.storage_contract.stores import database_url, sqlite_url, upgraded_sqlite

__all__ = ["database_url", "organisation", "organisation_store", "organisation_url", "sqlite_url", "upgraded_sqlite"]


@pytest.fixture
def story(organisation: Organisation) -> Story:
    """People by name, and the words in which journeys are told."""
    return Story(organisation)


@pytest.fixture
def either(organisation_url: str, tmp_path: Path) -> Iterator[Story]:
    """The same over SQLite and over PostgreSQL."""
    yield from map(Story, reopened(organisation_url, tmp_path))
