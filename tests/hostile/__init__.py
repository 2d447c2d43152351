"""Hostile and broken models: each ends in a finding, an incident or a bound, and in bounded time and memory."""
