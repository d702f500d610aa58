"""Run the whole portal on this machine."""

import http.client
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from harbor_portal import web
from harbor_portal.demo.demo_people import PASSWORD, demo_logins
from harbor_portal.embedded import EmbeddedError
from harbor_portal.supervisor import (
    AlreadyRunning,
    Child,
    Supervisor,
    Unprepared,
    clean_up,
    listen,
    only_one,
    stop_on_signals,
)


class Command(BaseCommand):
    help = "Run everything on this machine: database and broker if need be, the web, the worker and the clock."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        stop_on_signals()
        try:
            with only_one(settings.VAR_DIR):
                self._serve()
        except (AlreadyRunning, EmbeddedError, Unprepared) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            pass
        self.stdout.write("Stopped.")

    def _serve(self) -> None:
        clean_up(settings.VAR_DIR / "serve.json", settings.BASE_DIR)
        with listen(web.host, web.port) as taken, settings.EMBEDDED.use():
            Supervisor(
                settings.EMBEDDED,
                [_web(taken.fileno()), _celery("worker", f"--concurrency={web.workers}"), _clock()],
                first=_preparation(),
                greet=self._greet,
            ).run()

    def _greet(self) -> bool:
        """Tell the addresses once the web answers."""
        if not _answers(web.host, web.port):
            return False
        address = f"http://{web.bind}"
        self.stdout.write(f"\nMap          {address}/\nBack office  {address}/admin/")
        if logins := demo_logins():
            self.stdout.write(f"Demo logins  {', '.join(logins)}; password {PASSWORD}")
        connections.close_all()
        self.stdout.write("Stop with Ctrl-C.\n")
        self.stdout.flush()
        return True


def _preparation() -> Child:
    # In a process of its own: a signal ends it wherever it is, and the database takes back what was not committed.
    return Child("preparation", [sys.executable, "manage.py", "prepare"], settings.BASE_DIR)


def _web(listening: int) -> Child:
    command = [sys.executable, "-m", "gunicorn", "--config", "python:harbor_portal.web"]
    words = [*command, "--bind", f"fd://{listening}", "harbor_portal.wsgi"]
    return Child("web", words, settings.BASE_DIR, pass_fds=[listening])


def _celery(part: str, *options: str) -> Child:
    command = [sys.executable, "-m", "celery", "--app", "harbor_portal", "--quiet", part, "--loglevel", "WARNING"]
    return Child(part, [*command, *options], settings.BASE_DIR, waits=True)


def _clock() -> Child:
    # The lock of `serve` keeps a second clock away; a pid file would only stay behind after a crash.
    return _celery("beat", "--pidfile=", f"--schedule={settings.VAR_DIR / 'celerybeat-schedule'}")


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=1)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
