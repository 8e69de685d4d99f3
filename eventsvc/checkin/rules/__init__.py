"""The verbs of the door: `admit` (the decision, pure), `scans` (recording it), `lists`, `doors` (tablets), `roster` (what one knows)."""

from eventsvc.checkin.forms import ScanIn
from eventsvc.checkin.rules.doors import add_door, door_link
from eventsvc.checkin.rules.lists import add_list, change_list, counts, list_of, lists_of
from eventsvc.checkin.rules.reports import scans_csv
from eventsvc.checkin.rules.scans import scan, undo

__all__ = [
    "ScanIn",
    "add_door",
    "add_list",
    "change_list",
    "counts",
    "door_link",
    "list_of",
    "lists_of",
    "scan",
    "scans_csv",
    "undo",
]
