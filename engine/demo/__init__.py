"""A small organisation to try Keelson with: people in every role, services, and cases made through the real acts."""

from engine.demo.filling import fill
from engine.demo.organisation import PEOPLE, Somebody

__all__ = ["PEOPLE", "Somebody", "fill"]
