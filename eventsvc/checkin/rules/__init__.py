"""The verbs of the door: `admit` (the decision, pure), `scans` (recording it), `lists`, `roster` (what a tablet knows)."""

from eventsvc.checkin.forms import ScanIn
from eventsvc.checkin.rules.lists import add_list, change_list, counts, door_link, list_of, lists_of
from eventsvc.checkin.rules.reports import scans_csv
from eventsvc.checkin.rules.scans import scan, undo

__all__ = ["ScanIn", "add_list", "change_list", "counts", "door_link", "list_of", "lists_of", "scan", "scans_csv", "undo"]
