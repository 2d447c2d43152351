"""Deadlines: working hours, and the ledger of service-level clocks. Pure: moments in, moments out; no database."""
