"""What is unusual in a month is a row that somebody answers."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0006_from_where'),
        ('stations', '0035_api_tokens'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalAnomaly',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_address', models.GenericIPAddressField(blank=True, null=True, verbose_name='address')),
                ('history_device', models.CharField(blank=True, db_default='', default='', max_length=40, verbose_name='device')),
                ('month', models.DateField(verbose_name='month')),
                ('kind', models.CharField(choices=[('same_figure', 'The same figure on several days running'), ('round_figures', 'Many round figures'), ('closed_day', 'Visits on days that were to be closed'), ('capacity', 'More visits than there is room for'), ('jump', 'Far more than in the months before'), ('scan_ratio', 'Far more counted than scanned'), ('one_sitting', 'Many days written down in one sitting')], max_length=16, verbose_name='what is unusual')),
                ('detail', models.JSONField(default=dict, verbose_name='figures')),
                ('round', models.PositiveSmallIntegerField(default=1, verbose_name='round')),
                ('state', models.CharField(choices=[('open', 'To be looked at'), ('confirmed', 'Looked into: the figures are right'), ('corrected', 'The figures were corrected'), ('explained', 'Explained')], default='open', max_length=10, verbose_name='state')),
                ('found_at', models.DateTimeField(verbose_name='found at')),
                ('at', models.DateTimeField(blank=True, null=True, verbose_name='settled at')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='settled by')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('station', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='stations.station', verbose_name='station')),
            ],
            options={
                'verbose_name': 'historical unusual figures',
                'verbose_name_plural': 'historical unusual figures',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Anomaly',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(verbose_name='month')),
                ('kind', models.CharField(choices=[('same_figure', 'The same figure on several days running'), ('round_figures', 'Many round figures'), ('closed_day', 'Visits on days that were to be closed'), ('capacity', 'More visits than there is room for'), ('jump', 'Far more than in the months before'), ('scan_ratio', 'Far more counted than scanned'), ('one_sitting', 'Many days written down in one sitting')], max_length=16, verbose_name='what is unusual')),
                ('detail', models.JSONField(default=dict, verbose_name='figures')),
                ('round', models.PositiveSmallIntegerField(default=1, verbose_name='round')),
                ('state', models.CharField(choices=[('open', 'To be looked at'), ('confirmed', 'Looked into: the figures are right'), ('corrected', 'The figures were corrected'), ('explained', 'Explained')], default='open', max_length=10, verbose_name='state')),
                ('found_at', models.DateTimeField(verbose_name='found at')),
                ('at', models.DateTimeField(blank=True, null=True, verbose_name='settled at')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='settled by')),
                ('station', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='anomalies', to='stations.station', verbose_name='station')),
            ],
            options={
                'verbose_name': 'unusual figures',
                'verbose_name_plural': 'unusual figures',
                'indexes': [models.Index(fields=['month', 'station'], name='anomaly_month'), models.Index(condition=models.Q(('state', 'open')), fields=['station', 'month'], name='anomaly_open')],
                'constraints': [models.UniqueConstraint(fields=('station', 'month', 'kind'), name='anomaly_once'), models.CheckConstraint(condition=models.Q(('month__day', 1)), name='anomaly_is_first_day'), models.CheckConstraint(condition=models.Q(models.Q(('at', None), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), models.Q(('at', None), _negated=True)), _connector='OR'), name='anomaly_settled_at_a_moment', violation_error_message='What is settled says when.')],
            },
        ),
    ]
