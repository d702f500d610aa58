import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stations', '0014_cards_without_schedule'),
    ]

    operations = [
        migrations.AlterField(
            model_name='mapchange',
            name='station',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, to='stations.station'),
        ),
        migrations.RunSQL(
            migrations.RunSQL.noop,
            "DELETE FROM stations_mapchange WHERE station_id IS NULL;",
        ),
    ]
