"""What papers and pictures of activities and grants tell of persons, and for how long."""

from harbor_portal.lib.personal import Erasure, Personal, register_erasure, register_personal
from services.actions.old_papers import (
    PAPERS_KEPT_YEARS,
    activities_with_old_papers,
    erase_activity_papers,
    erase_grant_papers,
    grants_with_old_papers,
)
from services.models import Activity, ActivityFile, ActivityPhoto, Grant, GrantFile

ACTIVITIES, GRANTS = "activity-papers", "grant-papers"


def register_own() -> None:
    organisers = "whoever organises the activity, and keepers and officers of its stations"
    after_it = (
        f"when it is removed, at the latest {PAPERS_KEPT_YEARS} years after the activity, as long as accounts are kept;"
        " what it was called, in the history, then too"
    )
    register_personal(
        Personal(
            ActivityFile,
            ("name", "file"),
            "who takes part, speaks or is paid, where a list or an invoice names them",
            "the plan, lists and invoices of an activity",
            organisers,
            after_it,
            ACTIVITIES,
        ),
        Personal(
            ActivityPhoto,
            ("key", "caption"),
            "whom a picture of an activity shows",
            "to show how it was",
            "everybody, where the activity is public",
            after_it,
            ACTIVITIES,
        ),
        Personal(
            Activity,
            ("summary",),
            "whom the report of an activity names, such as who gave a lecture",
            "to tell how it was",
            "everybody, once it is reported",
            f"{PAPERS_KEPT_YEARS} years after the activity, in the history too",
            ACTIVITIES,
        ),
        Personal(
            GrantFile,
            ("name", "file"),
            "who applied, decided or was paid, where a paper names them",
            "application, decision and invoices of a grant",
            "staff in whose scope the station is",
            f"{PAPERS_KEPT_YEARS} years after the grant was last dealt with, as long as accounts are kept,"
            " in the history too",
            GRANTS,
        ),
        Personal(
            Grant,
            ("purpose", "reason", "account"),
            "staff, and who was paid, where somebody names them",
            "what public money was asked for, and what became of it",
            "staff in whose scope the station is",
            "with the row: it is the account of public money",
        ),
    )
    register_erasure(
        Erasure(ACTIVITIES, activities_with_old_papers, lambda at: erase_activity_papers(at=at)),
        Erasure(GRANTS, grants_with_old_papers, lambda at: erase_grant_papers(at=at)),
    )
