"""When a station was checked follows from the checks of its facts alone."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('stations', '0029_checks_from_verified'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='historicalstation',
            name='verified_at',
        ),
        migrations.RemoveField(
            model_name='historicalstation',
            name='verified_by',
        ),
        migrations.RemoveField(
            model_name='historicalstationamenity',
            name='verified_at',
        ),
        migrations.RemoveField(
            model_name='station',
            name='verified_at',
        ),
        migrations.RemoveField(
            model_name='station',
            name='verified_by',
        ),
        migrations.RemoveField(
            model_name='stationamenity',
            name='verified_at',
        ),
    ]
