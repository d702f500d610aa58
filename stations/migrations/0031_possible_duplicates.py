"""Pairs of stations that may be one place."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stations', '0030_checks_replace_verified'),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalPossibleDuplicate',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_address', models.GenericIPAddressField(blank=True, null=True, verbose_name='address')),
                ('history_device', models.CharField(blank=True, db_default='', default='', max_length=40, verbose_name='device')),
                ('metres', models.FloatField(verbose_name='distance (m)')),
                ('told_apart_at', models.DateTimeField(blank=True, null=True, verbose_name='told apart at')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('first', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='stations.station', verbose_name='station')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('second', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='stations.station', verbose_name='other station')),
                ('told_apart_by', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='told apart by')),
            ],
            options={
                'verbose_name': 'historical possible duplicate',
                'verbose_name_plural': 'historical possible duplicates',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='PossibleDuplicate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('metres', models.FloatField(verbose_name='distance (m)')),
                ('told_apart_at', models.DateTimeField(blank=True, null=True, verbose_name='told apart at')),
                ('first', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stations.station', verbose_name='station')),
                ('second', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='stations.station', verbose_name='other station')),
                ('told_apart_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='told apart by')),
            ],
            options={
                'verbose_name': 'possible duplicate',
                'verbose_name_plural': 'possible duplicates',
                'constraints': [models.UniqueConstraint(fields=('first', 'second'), name='possible_duplicate_once'), models.CheckConstraint(condition=models.Q(('first__lt', models.F('second'))), name='possible_duplicate_in_order'), models.CheckConstraint(condition=models.Q(models.Q(('told_apart_at', None), ('told_apart_by', None)), models.Q(('told_apart_at__isnull', False), ('told_apart_by__isnull', False)), _connector='OR'), name='possible_duplicate_told_apart_by_somebody')],
            },
        ),
    ]
