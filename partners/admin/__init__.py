"""The back office of `partners`."""

from partners.admin import agreements, partners, plates, programmes, special

__all__ = ["agreements", "partners", "plates", "programmes", "special"]
