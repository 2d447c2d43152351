"""Questions to the store, read only: each gives values for a page, a file or a command."""
