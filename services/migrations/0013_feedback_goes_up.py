import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('services', '0012_inspections'),
        ('stations', '0028_first_visit'),
    ]

    operations = [
        migrations.AddField(
            model_name='feedback',
            name='escalated_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='laid before it at'),
        ),
        migrations.AddField(
            model_name='feedback',
            name='escalated_to',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='stations.unit', verbose_name='laid before'),
        ),
        migrations.AddField(
            model_name='feedback',
            name='escalates_date',
            field=models.DateField(blank=True, help_text='empty: after the day on which it is due', null=True, verbose_name='next goes up after'),
        ),
        migrations.AddField(
            model_name='historicalfeedback',
            name='escalated_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='laid before it at'),
        ),
        migrations.AddField(
            model_name='historicalfeedback',
            name='escalated_to',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='stations.unit', verbose_name='laid before'),
        ),
        migrations.AddField(
            model_name='historicalfeedback',
            name='escalates_date',
            field=models.DateField(blank=True, help_text='empty: after the day on which it is due', null=True, verbose_name='next goes up after'),
        ),
    ]
