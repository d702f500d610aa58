"""Stars of an assessment are worked out by the worker; officers are warned once before a star falls."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0015_month_summaries'),
        ('stations', '0038_notices'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='StarRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField(verbose_name='asked for at')),
                ('state', models.CharField(choices=[('started', 'Started'), ('done', 'Done'), ('failed', 'Failed')], default='started', max_length=8, verbose_name='state')),
                ('stations', models.PositiveIntegerField(default=0, verbose_name='stations')),
                ('done', models.PositiveIntegerField(default=0, verbose_name='worked out')),
                ('differ', models.PositiveIntegerField(default=0, verbose_name='differ')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='begun so often')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended at')),
                ('error', models.TextField(blank=True, verbose_name='error')),
            ],
            options={
                'verbose_name': 'working out of stars',
                'verbose_name_plural': 'workings out of stars',
            },
        ),
        migrations.RemoveConstraint(
            model_name='assessmentround',
            name='assessment_one_at_a_time',
        ),
        migrations.AddField(
            model_name='assessment',
            name='warned_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='officers were warned at'),
        ),
        migrations.AlterField(
            model_name='assessmentround',
            name='state',
            field=models.CharField(choices=[('working', 'Being worked out'), ('proposed', 'Open to objection'), ('decided', 'Decided'), ('dropped', 'Given up')], default='proposed', max_length=8, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='historicalassessmentround',
            name='state',
            field=models.CharField(choices=[('working', 'Being worked out'), ('proposed', 'Open to objection'), ('decided', 'Decided'), ('dropped', 'Given up')], default='proposed', max_length=8, verbose_name='state'),
        ),
        migrations.AddConstraint(
            model_name='assessmentround',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('working', 'proposed'))), fields=('unit',), name='assessment_one_at_a_time', violation_error_message='This unit has an assessment that is not decided yet.'),
        ),
        migrations.AddField(
            model_name='starrun',
            name='by',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked for by'),
        ),
        migrations.AddField(
            model_name='starrun',
            name='round',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='reports.assessmentround', verbose_name='assessment'),
        ),
        migrations.AddConstraint(
            model_name='starrun',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'started')), fields=('round',), name='star_run_one_at_a_time', violation_error_message='The stars of this assessment are being worked out already.'),
        ),
    ]
