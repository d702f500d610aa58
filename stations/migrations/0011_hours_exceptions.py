import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import stations.models.stations


class Migration(migrations.Migration):

    dependencies = [
        ('stations', '0010_weather_alerts'),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalHoursException',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('first', models.DateField(verbose_name='first day')),
                ('last', models.DateField(verbose_name='last day')),
                ('hours', models.CharField(max_length=255, verbose_name='hours')),
                ('reason', models.CharField(max_length=100, verbose_name='reason')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('station', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='stations.station', verbose_name='station')),
                ('unit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='stations.unit', verbose_name='unit')),
            ],
            options={
                'verbose_name': 'historical exception to opening hours',
                'verbose_name_plural': 'historical exceptions to opening hours',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HoursException',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.DateField(verbose_name='first day')),
                ('last', models.DateField(verbose_name='last day')),
                ('hours', models.CharField(max_length=255, verbose_name='hours')),
                ('reason', models.CharField(max_length=100, verbose_name='reason')),
                ('by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('station', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='exceptions', to='stations.station', verbose_name='station')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='exceptions', to='stations.unit', verbose_name='unit')),
            ],
            options={
                'verbose_name': 'exception to opening hours',
                'verbose_name_plural': 'exceptions to opening hours',
                'indexes': [models.Index(fields=['-first', '-id'], name='hours_exception_newest')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('station__isnull', False), ('unit', None)), models.Q(('station', None), ('unit__isnull', False)), _connector='OR'), name='hours_exception_one_owner', violation_error_message='An exception belongs to a station or to a unit, not to both.'), models.CheckConstraint(condition=models.Q(('last__gte', models.F('first'))), name='hours_exception_in_order', violation_error_message='An exception ends on or after the day it starts.'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('station__isnull', False)), expressions=[('station', '='), (stations.models.stations.DateRange('first', 'last', django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_lower=True, inclusive_upper=True)), '&&')], name='hours_exception_station_no_overlap', violation_error_message='Another exception covers some of these days. Change that one.'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('unit__isnull', False)), expressions=[('unit', '='), (stations.models.stations.DateRange('first', 'last', django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_lower=True, inclusive_upper=True)), '&&')], name='hours_exception_unit_no_overlap', violation_error_message='Another exception covers some of these days. Change that one.')],
            },
        ),
    ]
