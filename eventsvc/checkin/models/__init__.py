"""Lists and whom they let in (`lists`), scans (`scans`), doors and their tablets (`doors`)."""

from eventsvc.checkin.models.doors import USUAL, Device, Door, DoorList, DoorPairing, DoorRight
from eventsvc.checkin.models.lists import CheckinList, ListTicketType, Reentry
from eventsvc.checkin.models.scans import Scan, Verdict

__all__ = ["USUAL", "CheckinList", "Device", "Door", "DoorList", "DoorPairing", "DoorRight", "ListTicketType", "Reentry", "Scan", "Verdict"]
