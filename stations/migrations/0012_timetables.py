import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stations', '0011_hours_exceptions'),
    ]

    operations = [
        migrations.CreateModel(
            name='Timetable',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('exceptions', models.JSONField(default=list)),
                ('digest', models.CharField(max_length=64)),
                ('schedule', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stations.schedule')),
            ],
        ),
        migrations.AddField(
            model_name='stationcard',
            name='timetable',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stations.timetable'),
        ),
        migrations.AddConstraint(
            model_name='timetable',
            constraint=models.UniqueConstraint(fields=('schedule', 'digest'), name='timetable_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='timetable',
            constraint=models.CheckConstraint(condition=models.Q(('schedule__isnull', False), models.Q(('exceptions', []), _negated=True), _connector='OR'), name='timetable_says_something'),
        ),
    ]
