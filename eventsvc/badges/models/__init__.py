"""What is printed: `designs` (page layouts and their pictures), `batches` (PDFs of many), `prints` (what was, and by which station),
`wallets` (phones that follow a pass; until when badges are corrected).
"""

from eventsvc.badges.models.batches import Batch, BatchState
from eventsvc.badges.models.designs import Design, DesignPicture, TypeDesign
from eventsvc.badges.models.prints import PRINT_MOVES, Print, PrintJob, PrintState, PrintStation
from eventsvc.badges.models.wallets import BadgeDeadline, WalletDevice

__all__ = [
    "PRINT_MOVES",
    "BadgeDeadline",
    "Batch",
    "BatchState",
    "Design",
    "DesignPicture",
    "Print",
    "PrintJob",
    "PrintState",
    "PrintStation",
    "TypeDesign",
    "WalletDevice",
]
