"""Diagrams as documents: read, checked, sealed and compiled.

Pure: bytes in, values out. No database, clock, network or Flask. Imports forms. SpiffWorkflow is met in
bpmn.compiling only. A process owner can run ``python -m bpmn check FOLDER`` on a laptop.
"""
