"""A station chooses whether its counters stand for the hour or for the day."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stations', '0032_change_requests'),
    ]

    operations = [
        migrations.AddField(
            model_name=name,
            name='counts_by_hour',
            field=models.BooleanField(default=False, help_text='The counters of My station stand for the running hour. A day that has figures already stays as it is.', verbose_name='counts by the hour'),
        )
        for name in ('historicalstation', 'station')
    ]
