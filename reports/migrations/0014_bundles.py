"""Bundles of reports, and what is in each."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0013_deadlines'),
        ('stations', '0038_notices'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Bundle',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('month', models.DateField(verbose_name='month')),
                ('formats', models.CharField(max_length=20, verbose_name='formats')),
                ('language', models.CharField(max_length=10, verbose_name='language')),
                ('state', models.CharField(choices=[('making', 'Being made'), ('ready', 'Ready to be taken along'), ('cancelled', 'Cancelled'), ('failed', 'Could not be done'), ('expired', 'Expired, its file is erased')], default='making', max_length=10, verbose_name='state')),
                ('steps', models.PositiveIntegerField(default=0)),
                ('steps_done', models.PositiveIntegerField(default=0)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('failure', models.TextField(blank=True, verbose_name='what went wrong')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='asked for at')),
                ('moved_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='went on at')),
                ('ready_at', models.DateTimeField(blank=True, null=True, verbose_name='ready since')),
                ('erased_at', models.DateTimeField(blank=True, null=True, verbose_name='erased at')),
                ('size', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='bytes')),
                ('sha256', models.CharField(blank=True, db_index=True, max_length=64, verbose_name='SHA-256')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked for by')),
                ('cancelled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='cancelled by')),
                ('division', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stations.division', verbose_name='division')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stations.unit', verbose_name='unit')),
            ],
            options={
                'verbose_name': 'bundle of reports',
                'verbose_name_plural': 'bundles of reports',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='BundlePart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('made_at', models.DateTimeField(blank=True, null=True, verbose_name='made at')),
                ('revision', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='revision')),
                ('state', models.CharField(blank=True, choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('approved', 'Approved'), ('sealed', 'Sealed')], max_length=10, verbose_name='state')),
                ('digest', models.CharField(blank=True, max_length=64, verbose_name='SHA-256 of the rows')),
                ('seal', models.CharField(blank=True, max_length=64, verbose_name='seal')),
                ('figures_at', models.CharField(blank=True, max_length=40)),
                ('stations', models.PositiveIntegerField(default=0, verbose_name='stations')),
                ('files', models.JSONField(default=list)),
                ('bundle', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='reports.bundle')),
                ('division', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stations.division', verbose_name='division')),
                ('report', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='reports.monthreport')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stations.unit', verbose_name='unit')),
            ],
            options={
                'verbose_name': 'report in a bundle',
                'verbose_name_plural': 'reports in a bundle',
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='bundle',
            index=models.Index(fields=['-asked_at', 'id'], name='bundle_newest'),
        ),
        migrations.AddConstraint(
            model_name='bundle',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('division__isnull', False), ('unit', None)), models.Q(('division', None), ('unit__isnull', False)), _connector='OR'), name='bundle_is_of_one_subject'),
        ),
        migrations.AddConstraint(
            model_name='bundle',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'making')), fields=('unit', 'division', 'month', 'formats', 'language'), name='bundle_made_once_at_a_time', nulls_distinct=False, violation_error_message='This bundle is being made already.'),
        ),
        migrations.AddConstraint(
            model_name='bundle',
            constraint=models.CheckConstraint(condition=models.Q(('month__day', 1)), name='bundle_month_is_first_day'),
        ),
        migrations.AddConstraint(
            model_name='bundle',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'ready'), _negated=True), models.Q(('ready_at__isnull', False), ('size__isnull', False)), _connector='OR'), name='bundle_ready_has_a_file'),
        ),
        migrations.AddConstraint(
            model_name='bundlepart',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('division__isnull', False), ('unit', None)), models.Q(('division', None), ('unit__isnull', False)), _connector='OR'), name='bundlepart_is_of_one_subject'),
        ),
        migrations.AddConstraint(
            model_name='bundlepart',
            constraint=models.UniqueConstraint(fields=('bundle', 'number'), name='bundlepart_number_once'),
        ),
    ]
