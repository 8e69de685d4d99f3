"""What is printed: `designs` (page layouts and their pictures), `batches` (PDFs of many)."""

from eventsvc.badges.models.batches import Batch, BatchState
from eventsvc.badges.models.designs import Design, DesignPicture, TypeDesign

__all__ = ["Batch", "BatchState", "Design", "DesignPicture", "TypeDesign"]
