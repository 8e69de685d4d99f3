"""Sweeping."""

from eventsvc.live.rules import presence

sweep = presence.forget
