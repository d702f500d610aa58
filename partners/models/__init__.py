"""The models of `partners`, by topic."""

from partners.models.programmes import Plate, Programme

__all__ = ["Plate", "Programme"]
