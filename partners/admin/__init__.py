"""The back office of `partners`."""

from partners.admin import lists, partners, plates, programmes, special

__all__ = ["lists", "partners", "plates", "programmes", "special"]
