"""Diagram to compiled process: the only room of this storey that meets SpiffWorkflow.

A typed Diagram is turned into SpiffWorkflow task specifications of our own, with every expression parsed. The result
is read-only and may be kept and shared for as long as its publication lives; `engine.running` runs it.
"""

from bpmn.compiling.compiled import CompiledProcess
from bpmn.compiling.compiler import compile_process
from bpmn.compiling.failures import CannotContinue, NotCompilable

__all__ = ["CannotContinue", "CompiledProcess", "NotCompilable", "compile_process"]
