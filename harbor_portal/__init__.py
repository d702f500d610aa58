"""The composition root: settings, addresses, and the pages that join several apps."""

from harbor_portal.celery import app as celery_app

__all__ = ["celery_app"]
