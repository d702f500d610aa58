"""Enter a list of stations from a spreadsheet."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from harbor_portal.lib.errors import PortalError, Problem
from stations.actions.imports import NotEntered, import_list
from stations.imports.kinds import Plan
from stations.imports.of_stations import STATIONS
from stations.imports.plan import read_plan
from stations.models import User
from stations.policies import refuse_unless_officer


class Command(BaseCommand):
    help = "Enter the stations of an xlsx or csv file, all or nothing; every error and warning is named with its place."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="read and report, enter nothing")
        parser.add_argument(
            "--as", dest="username", default="", help="the officer who imports; default: the first superuser"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        by = _person(options["username"])
        path: Path = options["file"]
        try:
            data = path.read_bytes()
        except OSError as error:
            raise CommandError(_("%(path)s cannot be read: %(error)s") % {"path": path, "error": error}) from error
        try:
            refuse_unless_officer(by)
            is_dry = options["dry_run"]
            plan = read_plan(STATIONS, data, by) if is_dry else import_list(STATIONS, by=by, data=data, name=path.name)
        except NotEntered as error:
            self._tell(error.plan)
            raise CommandError(str(error)) from error
        except PortalError as error:
            raise CommandError(str(error)) from error
        self._tell(plan)
        if not plan.may_be_applied:
            raise CommandError(_("The file holds errors. Nothing was entered."))

    def _tell(self, plan: Plan) -> None:
        for problem in plan.problems:
            style = self.style.ERROR if problem.severity == "error" else self.style.WARNING
            self.stdout.write(style(_line(problem)))
        self.stdout.write(
            _("%(errors)s errors, %(warnings)s warnings; %(new)s new, %(changed)s changed, %(same)s unchanged.")
            % {
                "errors": len(plan.errors),
                "warnings": len(plan.warnings),
                "new": len(plan.creates),
                "changed": len(plan.updates),
                "same": plan.unchanged,
            }
        )


def _person(username: str) -> User:
    people = User.objects.filter(username=username) if username else User.objects.filter(is_superuser=True)
    person: User | None = people.filter(is_active=True).order_by("pk").first()
    if person is None:
        raise CommandError(_("There is no such person. Name an officer with --as."))
    return person


def _line(problem: Problem) -> str:
    """One line: severity, sheet and row, column, value, sentence."""
    severity = _("error") if problem.severity == "error" else _("warning")
    place = f"{problem.sheet}!{problem.row}" if problem.row else problem.sheet
    value = f"“{problem.value}”" if problem.value else ""
    return f"{severity}: {' '.join(filter(None, [place, problem.column, value]))}: {problem.message}"
