"""The back office of `partners`."""

from partners.admin import partners, programmes, special

__all__ = ["partners", "programmes", "special"]
