"""Each fact of a station has its checks, and each station what they come to."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stations', '0023_histories_of_people'),
    ]

    operations = [
        migrations.CreateModel(
            name='Freshness',
            fields=[
                ('station', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='freshness', serialize=False, to='stations.station')),
                ('checked_at', models.DateTimeField(null=True, verbose_name='checked at')),
                ('due_date', models.DateField(verbose_name='due to be checked')),
            ],
            options={
                'verbose_name': 'freshness',
                'verbose_name_plural': 'freshness',
            },
        ),
        migrations.CreateModel(
            name='FactCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(max_length=50, verbose_name='fact')),
                ('at', models.DateTimeField(verbose_name='checked at')),
                ('how', models.CharField(choices=[('staff', 'by staff'), ('visit', 'opened or visited'), ('public', "by a visitor's report"), ('inspection', 'at an inspection')], max_length=10, verbose_name='how')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='checked by')),
                ('station', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='checks', to='stations.station', verbose_name='station')),
            ],
            options={
                'verbose_name': 'check of a fact',
                'verbose_name_plural': 'checks of facts',
                'indexes': [models.Index(fields=['station', 'what', 'at'], name='fact_check_last')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('how__in', ('visit', 'public'))), fields=('station', 'what', 'how'), name='fact_check_passing_once')],
            },
        ),
    ]
