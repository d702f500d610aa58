"""The back office of `partners`."""

from partners.admin import lists, partners, programmes, special

__all__ = ["lists", "partners", "programmes", "special"]
