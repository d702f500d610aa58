"""Revisions and seals of month reports, days opened again, waived reports, and the files made of them."""

import hashlib
import json

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


# What is sealed stays, whatever program asks; what was handed in changes its figures only by being given back.
STAYS = """
CREATE FUNCTION reports_month_report_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state = 'sealed' THEN
            RAISE EXCEPTION 'a sealed report stays' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state = 'sealed' AND ROW(NEW.state, NEW.unit_id, NEW.month, NEW.revision, NEW.digest, NEW.seal,
        NEW.previous_seal, NEW.revised_seal, NEW.revision_reason, NEW.sealed_at, NEW.rows, NEW.changes)
        IS DISTINCT FROM ROW(OLD.state, OLD.unit_id, OLD.month, OLD.revision, OLD.digest, OLD.seal,
        OLD.previous_seal, OLD.revised_seal, OLD.revision_reason, OLD.sealed_at, OLD.rows, OLD.changes) THEN
        RAISE EXCEPTION 'a sealed report stays' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state IN ('submitted', 'approved') AND NEW.state <> 'draft'
        AND ROW(NEW.unit_id, NEW.month, NEW.revision, NEW.digest, NEW.rows, NEW.changes)
        IS DISTINCT FROM ROW(OLD.unit_id, OLD.month, OLD.revision, OLD.digest, OLD.rows, OLD.changes) THEN
        RAISE EXCEPTION 'what was handed in is frozen' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER reports_month_report_stays BEFORE UPDATE OR DELETE ON reports_monthreport
FOR EACH ROW EXECUTE FUNCTION reports_month_report_stays();
"""
GOES = """
DROP TRIGGER reports_month_report_stays ON reports_monthreport;
DROP FUNCTION reports_month_report_stays();
"""


def seal_the_sealed(apps, _schema_editor):
    """As `reports.seals` does it, month by month; and what was handed in holds its days."""
    reports = apps.get_model("reports", "MonthReport").objects
    last = {}
    for report in reports.filter(state="sealed").defer("rows").order_by("unit", "month"):
        parts = {
            "format": "harbor-portal/month-report/1",
            "month": f"{report.month:%Y-%m}",
            "revision": report.revision,
            "rows": report.digest,
            "previous": last.get(report.unit_id, ""),
            "revised": "",
        }
        seal = hashlib.sha256(json.dumps(parts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
        values = {"seal": seal, "previous_seal": parts["previous"], "sealed_by": report.moved_by_id}
        reports.filter(pk=report.pk).update(**values, sealed_at=report.moved_at)
        last[report.unit_id] = seal
    reports.exclude(state="draft").update(holds_days=True)


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0011_targets_and_stars'),
        ('stations', '0038_notices'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalMonthOpening',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_address', models.GenericIPAddressField(blank=True, null=True, verbose_name='address')),
                ('history_device', models.CharField(blank=True, db_default='', default='', max_length=40, verbose_name='device')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='days opened at')),
                ('ends_at', models.DateTimeField(blank=True, null=True, verbose_name='days open until')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended at')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical opening of a month',
                'verbose_name_plural': 'historical openings of months',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalReportWaiver',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_address', models.GenericIPAddressField(blank=True, null=True, verbose_name='address')),
                ('history_device', models.CharField(blank=True, db_default='', default='', max_length=40, verbose_name='device')),
                ('month', models.DateField(verbose_name='month')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='waived at')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical waived report',
                'verbose_name_plural': 'historical waived reports',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='MonthOpening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='days opened at')),
                ('ends_at', models.DateTimeField(blank=True, null=True, verbose_name='days open until')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended at')),
            ],
            options={
                'verbose_name': 'opening of a month',
                'verbose_name_plural': 'openings of months',
            },
        ),
        migrations.CreateModel(
            name='ReportFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(db_index=True, max_length=64, verbose_name='SHA-256 of the rows')),
                ('extension', models.CharField(max_length=8, verbose_name='format')),
                ('sha256', models.CharField(max_length=64, unique=True, verbose_name='SHA-256 of the file')),
                ('made_at', models.DateTimeField(verbose_name='made at')),
            ],
            options={
                'verbose_name': 'file of a report',
                'verbose_name_plural': 'files of reports',
            },
        ),
        migrations.CreateModel(
            name='ReportWaiver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(verbose_name='month')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='waived at')),
            ],
            options={
                'verbose_name': 'waived report',
                'verbose_name_plural': 'waived reports',
            },
        ),
        migrations.AddField(
            model_name='historicalmonthreport',
            name='approved_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='approved at'),
        ),
        migrations.AddField(
            model_name='historicalmonthreport',
            name='approved_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approved by'),
        ),
        migrations.AddField(
            model_name='historicalmonthreport',
            name='holds_days',
            field=models.BooleanField(default=False, help_text='The days of its stations are locked, save for those opened.', verbose_name='holds the days'),
        ),
        migrations.AddField(
            model_name='historicalmonthreport',
            name='previous_seal',
            field=models.CharField(blank=True, max_length=64, verbose_name='seal of the month before'),
        ),
        migrations.AddField(
            model_name='historicalmonthreport',
            name='revised_seal',
            field=models.CharField(blank=True, max_length=64, verbose_name='seal of the revision before'),
        ),
        migrations.AddField(
            model_name='historicalmonthreport',
            name='revision_reason',
            field=models.CharField(blank=True, max_length=200, verbose_name='revised because'),
        ),
        migrations.AddField(
            model_name='historicalmonthreport',
            name='seal',
            field=models.CharField(blank=True, max_length=64, verbose_name='seal'),
        ),
        migrations.AddField(
            model_name='historicalmonthreport',
            name='sealed_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='sealed at'),
        ),
        migrations.AddField(
            model_name='historicalmonthreport',
            name='sealed_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sealed by'),
        ),
        migrations.AddField(
            model_name='historicalmonthreport',
            name='submitted_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='submitted at'),
        ),
        migrations.AddField(
            model_name='historicalmonthreport',
            name='superseded_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='superseded at'),
        ),
        migrations.AddField(
            model_name='monthreport',
            name='approved_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='approved at'),
        ),
        migrations.AddField(
            model_name='monthreport',
            name='approved_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approved by'),
        ),
        migrations.AddField(
            model_name='monthreport',
            name='changes',
            field=models.JSONField(blank=True, default=list, verbose_name='changes against the revision before'),
        ),
        migrations.AddField(
            model_name='monthreport',
            name='holds_days',
            field=models.BooleanField(default=False, help_text='The days of its stations are locked, save for those opened.', verbose_name='holds the days'),
        ),
        migrations.AddField(
            model_name='monthreport',
            name='previous_seal',
            field=models.CharField(blank=True, max_length=64, verbose_name='seal of the month before'),
        ),
        migrations.AddField(
            model_name='monthreport',
            name='revised_seal',
            field=models.CharField(blank=True, max_length=64, verbose_name='seal of the revision before'),
        ),
        migrations.AddField(
            model_name='monthreport',
            name='revision_reason',
            field=models.CharField(blank=True, max_length=200, verbose_name='revised because'),
        ),
        migrations.AddField(
            model_name='monthreport',
            name='seal',
            field=models.CharField(blank=True, max_length=64, verbose_name='seal'),
        ),
        migrations.AddField(
            model_name='monthreport',
            name='sealed_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='sealed at'),
        ),
        migrations.AddField(
            model_name='monthreport',
            name='sealed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sealed by'),
        ),
        migrations.AddField(
            model_name='monthreport',
            name='submitted_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='submitted at'),
        ),
        migrations.AddField(
            model_name='monthreport',
            name='superseded_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='superseded at'),
        ),
        migrations.RunPython(seal_the_sealed, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='monthreport',
            index=models.Index(fields=['digest'], name='month_report_digest'),
        ),
        migrations.AddIndex(
            model_name='monthreport',
            index=models.Index(fields=['seal'], name='month_report_seal'),
        ),
        migrations.AddConstraint(
            model_name='monthreport',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'sealed'), ('superseded_at', None)), fields=('unit', 'month'), name='month_report_one_in_force', violation_error_message="Of a unit's month one sealed report is in force."),
        ),
        migrations.AddConstraint(
            model_name='monthreport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'sealed'), _negated=True), ('seal__regex', '^[0-9a-f]{64}$'), _connector='OR'), name='month_report_sealed_has_seal', violation_error_message='A sealed report carries its seal.'),
        ),
        migrations.AddField(
            model_name='historicalmonthopening',
            name='by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='days opened by'),
        ),
        migrations.AddField(
            model_name='historicalmonthopening',
            name='ended_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ended by'),
        ),
        migrations.AddField(
            model_name='historicalmonthopening',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalmonthopening',
            name='report',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='reports.monthreport', verbose_name='report'),
        ),
        migrations.AddField(
            model_name='historicalmonthopening',
            name='station',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='stations.station', verbose_name='station'),
        ),
        migrations.AddField(
            model_name='historicalreportwaiver',
            name='by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='waived by'),
        ),
        migrations.AddField(
            model_name='historicalreportwaiver',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalreportwaiver',
            name='unit',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='stations.unit', verbose_name='unit'),
        ),
        migrations.AddField(
            model_name='monthopening',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='days opened by'),
        ),
        migrations.AddField(
            model_name='monthopening',
            name='ended_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ended by'),
        ),
        migrations.AddField(
            model_name='monthopening',
            name='report',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='openings', to='reports.monthreport', verbose_name='report'),
        ),
        migrations.AddField(
            model_name='monthopening',
            name='station',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='month_openings', to='stations.station', verbose_name='station'),
        ),
        migrations.AddField(
            model_name='reportfile',
            name='report',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='reports.monthreport', verbose_name='report'),
        ),
        migrations.AddField(
            model_name='reportwaiver',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='waived by'),
        ),
        migrations.AddField(
            model_name='reportwaiver',
            name='unit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='report_waivers', to='stations.unit', verbose_name='unit'),
        ),
        migrations.AddConstraint(
            model_name='monthopening',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='month_opening_says_why'),
        ),
        migrations.AddConstraint(
            model_name='monthopening',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at', None), ('ends_at__gt', models.F('at')), _connector='OR'), name='month_opening_in_order'),
        ),
        migrations.AddConstraint(
            model_name='reportwaiver',
            constraint=models.UniqueConstraint(fields=('unit', 'month'), name='report_waiver_once'),
        ),
        migrations.AddConstraint(
            model_name='reportwaiver',
            constraint=models.CheckConstraint(condition=models.Q(('month__day', 1)), name='report_waiver_is_first_day'),
        ),
        migrations.AddConstraint(
            model_name='reportwaiver',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='report_waiver_says_why'),
        ),
        migrations.RunSQL(STAYS, GOES),
    ]
