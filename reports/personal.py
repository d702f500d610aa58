"""What `reports` knows of persons."""

from harbor_portal.lib.personal import Personal, register_personal
from reports.models import Reminder


def register_own() -> None:
    register_personal(
        Personal(
            Reminder,
            ("user", "stations", "days", "units", "error"),
            "staff",
            "that a person was reminded of a deadline, and of how much; what the mail server said of the address",
            "the person; administrators",
            "with the row, 400 days after it was made",
        )
    )
