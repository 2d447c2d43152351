"""What a diagram must satisfy before it may run: one statement a file, its docstring is the help page."""
