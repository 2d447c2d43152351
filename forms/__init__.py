"""Questions and answers: what a form asks, what was answered, and the expression language FEEL.

Pure: bytes and values in, values and markup out. No database, clock, network or Flask, and nothing of the other
storeys. The present moment, where an expression asks for it, is handed in by the caller.
"""
