"""What jobs may call outside the house, one system per file; never inside a transaction."""
