"""Cases that live in time: started, moved, kept, journaled.

Has a database and a clock (both handed in), no web. An act changes something: one permission, one transaction, at
least one journal entry. A report only reads. SpiffWorkflow is met in engine.running only, SQL in engine.storage only.
"""
