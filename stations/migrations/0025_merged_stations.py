"""A station that stood twice names the one into which it was merged."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stations', '0024_fact_checks'),
    ]

    operations = [
        migrations.AddField(
            model_name='historicalstation',
            name='merged_into',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='stations.station', verbose_name='merged into'),
        ),
        migrations.AddField(
            model_name='station',
            name='merged_into',
            field=models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged_stations', to='stations.station', verbose_name='merged into'),
        ),
        migrations.AddIndex(
            model_name='station',
            index=models.Index(condition=models.Q(('merged_into__isnull', False)), fields=['merged_into'], name='station_merged_into'),
        ),
        migrations.AddConstraint(
            model_name='station',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into', None), models.Q(('status', 'closed'), models.Q(('merged_into', models.F('id')), _negated=True)), _connector='OR'), name='station_merged_is_closed', violation_error_message='A station that was merged into another one is closed for good.'),
        ),
    ]
