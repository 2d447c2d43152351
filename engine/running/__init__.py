"""Cases in motion: the only room that executes SpiffWorkflow. No database, no clock, no I/O.

Bytes or a start in, Steps and bytes out; everything that follows from a Step happens elsewhere.
"""

from engine.running.apart import spent
from engine.running.live import AwaitedMessage, LiveCase, NotWaiting, OpenTask, SetTimer, Waiting, restore, start
from engine.running.migrating import Obstacle, Prospect, migrate, prospect
from engine.running.steering import Place, correct, go_back, move_token, pass_by, places
from engine.running.surroundings import Surroundings

__all__ = [
    "AwaitedMessage",
    "LiveCase",
    "NotWaiting",
    "Obstacle",
    "OpenTask",
    "Place",
    "Prospect",
    "SetTimer",
    "Surroundings",
    "Waiting",
    "correct",
    "go_back",
    "migrate",
    "move_token",
    "pass_by",
    "places",
    "prospect",
    "restore",
    "spent",
    "start",
]
