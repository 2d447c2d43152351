"""How the nouns are kept: rows in, nouns out, no rule decided here; all SQL of the house.

Functions get the transaction (or a connection where they only read), give nouns, and never commit. SQLAlchemy Core,
one wording for SQLite and PostgreSQL; where the two differ the function says why. Imported by the engine only.
"""
