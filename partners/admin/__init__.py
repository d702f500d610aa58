"""The back office of `partners`."""

from partners.admin import agreements, lists, obligations, partners, plates, programmes, special

__all__ = ["agreements", "lists", "obligations", "partners", "plates", "programmes", "special"]
