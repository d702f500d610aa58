"""Every opening says until when, and a report that was given back whole has one."""

from datetime import timedelta

from django.db import migrations
from django.utils import timezone

LONGEST = timedelta(days=31)


def record_openings(apps, schema_editor):
    opening, report = apps.get_model("reports", "MonthOpening"), apps.get_model("reports", "MonthReport")
    ends_at = timezone.now() + LONGEST
    opening.objects.filter(ends_at=None, ended_at=None).update(ends_at=ends_at)
    given_back = report.objects.filter(state="draft", holds_days=False).exclude(returned_reason="")
    opening.objects.bulk_create(
        opening(report_id=pk, reason=reason, by_id=by, at=at or timezone.now(), ends_at=ends_at)
        for pk, reason, by, at in given_back.values_list("pk", "returned_reason", "moved_by", "moved_at")
    )
    given_back.update(holds_days=True)


class Migration(migrations.Migration):
    dependencies = [("reports", "0017_days_kept")]

    operations = [migrations.RunPython(record_openings, migrations.RunPython.noop)]
