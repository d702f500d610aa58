"""Deadlines that units set, who was reminded of them, and how jobs by the clock went."""

import django.core.validators
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0012_month_flow'),
        ('stations', '0038_notices'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ClockedJob',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('task', models.CharField(max_length=120, unique=True, verbose_name='job')),
                ('begun_at', models.DateTimeField(verbose_name='last begun')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='last ended')),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='last done without an error')),
                ('result', models.BigIntegerField(blank=True, null=True, verbose_name='how much it did')),
                ('error', models.TextField(blank=True, verbose_name='error')),
                ('failures', models.PositiveIntegerField(default=0, verbose_name='failures in a row')),
            ],
            options={
                'verbose_name': 'job by the clock',
                'verbose_name_plural': 'jobs by the clock',
            },
        ),
        migrations.CreateModel(
            name='HistoricalDeadline',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_address', models.GenericIPAddressField(blank=True, null=True, verbose_name='address')),
                ('history_device', models.CharField(blank=True, db_default='', default='', max_length=40, verbose_name='device')),
                ('working_day', models.PositiveSmallIntegerField(help_text='of the month that follows; for all units below, too', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(20)], verbose_name='working day')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='stations.unit', verbose_name='unit')),
            ],
            options={
                'verbose_name': 'historical deadline of the month',
                'verbose_name_plural': 'historical deadlines of the month',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Deadline',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('working_day', models.PositiveSmallIntegerField(help_text='of the month that follows; for all units below, too', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(20)], verbose_name='working day')),
                ('unit', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='deadline', to='stations.unit', verbose_name='unit')),
            ],
            options={
                'verbose_name': 'deadline of the month',
                'verbose_name_plural': 'deadlines of the month',
                'constraints': [models.CheckConstraint(condition=models.Q(('working_day__range', (1, 20))), name='deadline_within_the_next_month', violation_error_message='A deadline is one of the first twenty working days.')],
            },
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(verbose_name='month')),
                ('days_before', models.PositiveSmallIntegerField(verbose_name='working days before the deadline')),
                ('due_date', models.DateField(verbose_name='deadline')),
                ('stations', models.PositiveIntegerField(default=0, verbose_name='stations with days missing')),
                ('days', models.PositiveIntegerField(default=0, verbose_name='days missing')),
                ('units', models.PositiveIntegerField(default=0, verbose_name='units that have not handed in')),
                ('state', models.CharField(choices=[('waiting', 'To be sent'), ('sent', 'Sent by mail'), ('desk', 'Shown on the desk only'), ('failed', 'The mail could not be sent')], default='waiting', max_length=8, verbose_name='state')),
                ('made_at', models.DateTimeField(verbose_name='made at')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent at')),
                ('error', models.CharField(blank=True, max_length=200, verbose_name='error')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'reminder',
                'verbose_name_plural': 'reminders',
                'indexes': [models.Index(fields=['month', 'state'], name='reminder_month')],
                'constraints': [models.UniqueConstraint(fields=('user', 'month', 'days_before'), name='reminder_once')],
            },
        ),
    ]
