#!/usr/bin/env python
"""Command line of the portal."""

import os
import sys
from contextlib import AbstractContextManager, nullcontext

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from harbor_portal.embedded import EmbeddedError

# `serve` looks after the servers itself; the others need none.
WITHOUT_SERVERS = {
    "serve",
    "check",
    "check_messages",
    "collectstatic",
    "compilemessages",
    "help",
    "makemessages",
    "version",
    "--help",
}


def servers() -> AbstractContextManager[None]:
    """The embedded servers for the length of the command, on a machine without others."""
    if len(sys.argv) < 2 or sys.argv[1] in WITHOUT_SERVERS:
        return nullcontext()
    return settings.EMBEDDED.use()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "harbor_portal.settings")
    try:
        with servers():
            execute_from_command_line(sys.argv)
    except (EmbeddedError, ImproperlyConfigured) as error:
        sys.exit(f"manage.py: {error}")
