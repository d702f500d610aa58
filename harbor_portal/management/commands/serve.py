"""Run the whole portal on this machine."""

import http.client
import json
import sys
import time
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from harbor_portal import statics, web
from harbor_portal.demo.demo_people import PASSWORD, demo_logins
from harbor_portal.embedded import EmbeddedError
from harbor_portal.supervisor import AlreadyRunning, Child, Supervisor, clean_up, listen, only_one, stop_on_signals
from stations.models import Station
from stations.publishing.run import FORMAT_VERSION


class Command(BaseCommand):
    help = "Run everything on this machine: database and broker if need be, the web, the worker and the clock."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        stop_on_signals()
        try:
            with only_one(settings.VAR_DIR):
                self._serve()
        except (AlreadyRunning, EmbeddedError) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            pass
        self.stdout.write("Stopped.")

    def _serve(self) -> None:
        clean_up(settings.VAR_DIR / "serve.json", settings.BASE_DIR)
        with listen(web.host, web.port) as taken, settings.EMBEDDED.use():
            self._prepare()
            Supervisor(
                settings.EMBEDDED,
                [_web(taken.fileno()), _celery("worker", f"--concurrency={web.workers}"), _clock()],
                greet=self._greet,
            ).run()

    def _prepare(self) -> None:
        """Bring database and files up to date; every step finds nothing to do when nothing changed."""
        for title, step in (
            ("database", lambda: call_command("migrate", interactive=False, verbosity=0)),
            ("catalogues", lambda: call_command("seed_catalogues", stdout=StringIO())),
            ("demo data", _seed_demo_when_empty),
            ("static files", statics.collect_when_changed),
            ("map", _publish_when_unpublished),
        ):
            began = time.monotonic()
            self.stdout.write(f"{title} … ", ending="")
            self.stdout.flush()
            step()
            self.stdout.write(f"{time.monotonic() - began:.1f} s")
            self.stdout.flush()
        self.logins = demo_logins()
        connections.close_all()

    def _greet(self) -> bool:
        """Tell the addresses once the web answers."""
        if not _answers(web.host, web.port):
            return False
        address = f"http://{web.bind}"
        self.stdout.write(f"\nMap          {address}/\nBack office  {address}/admin/")
        if self.logins:
            self.stdout.write(f"Demo logins  {', '.join(self.logins)}; password {PASSWORD}")
        self.stdout.write("Stop with Ctrl-C.\n")
        self.stdout.flush()
        return True


def _seed_demo_when_empty() -> None:
    if settings.DEMO and not Station.objects.exists():
        call_command("seed_demo", stdout=StringIO(), stderr=StringIO())


def _publish_when_unpublished() -> None:
    """The first time, and when an upgrade reads another form of files: else the worker publishes what changes."""
    index = settings.PUBLISH_ROOT / "index.json"
    if not index.exists() or json.loads(index.read_bytes())["version"] != FORMAT_VERSION:
        call_command("publish_map", stdout=StringIO())


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
