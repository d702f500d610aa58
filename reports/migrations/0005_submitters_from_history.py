"""Reports that were submitted before tell by their history who did it."""

from django.db import migrations

FIND = """
    UPDATE reports_monthreport report SET submitted_by_id = line.moved_by_id
    FROM (
        SELECT DISTINCT ON (id) id, moved_by_id FROM reports_historicalmonthreport
        WHERE state = 'submitted' ORDER BY id, history_date DESC, history_id DESC
    ) line
    JOIN stations_user person ON person.id = line.moved_by_id
    WHERE line.id = report.id AND report.state <> 'draft'
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0004_month_report_submitted_by")]

    operations = [migrations.RunSQL(FIND, migrations.RunSQL.noop)]
