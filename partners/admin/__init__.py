"""The back office of `partners`."""

from partners.admin import programmes

__all__ = ["programmes"]
