"""The back office of `partners`."""

from partners.admin import agreements, co_built, lists, obligations, partners, plates, programmes, special

__all__ = ["agreements", "co_built", "lists", "obligations", "partners", "plates", "programmes", "special"]
