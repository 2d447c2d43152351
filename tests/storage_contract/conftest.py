"""Every test of this folder that asks for `store` runs over SQLite and over PostgreSQL."""

from tests.storage_contract.stores import clock, database_url, sqlite_store, sqlite_url, store, upgraded_sqlite

__all__ = ["clock", "database_url", "sqlite_store", "sqlite_url", "store", "upgraded_sqlite"]
