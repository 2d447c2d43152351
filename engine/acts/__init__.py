"""Everything that changes something: one permission, one transaction, at least one journal entry.

An act takes the transaction first and never commits it. Drafts and preferences write no entry.
"""
