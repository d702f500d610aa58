"""Contests among the units below another one."""

import django.core.validators
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0007_anomalies'),
        ('stations', '0037_card_marks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalContest',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_address', models.GenericIPAddressField(blank=True, null=True, verbose_name='address')),
                ('history_device', models.CharField(blank=True, db_default='', default='', max_length=40, verbose_name='device')),
                ('title', models.CharField(max_length=100, verbose_name='title')),
                ('metric', models.CharField(max_length=20, verbose_name='compared by')),
                ('first', models.DateField(help_text='Any day of it.', verbose_name='first month')),
                ('last', models.DateField(help_text='Any day of it.', verbose_name='last month')),
                ('terms', models.TextField(blank=True, max_length=1000, verbose_name='terms')),
                ('award', models.CharField(max_length=100, verbose_name='honour for the best')),
                ('level', models.CharField(choices=[('national', 'National level'), ('province', 'Province level'), ('city', 'City level'), ('district', 'District level')], max_length=8, verbose_name='level')),
                ('winners', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='how many are honoured')),
                ('result', models.JSONField(blank=True, default=list, editable=False, verbose_name='result')),
                ('frozen_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='frozen at')),
                ('honoured_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='honours given at')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('frozen_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='frozen by')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='stations.unit', verbose_name='held by')),
            ],
            options={
                'verbose_name': 'historical contest',
                'verbose_name_plural': 'historical contests',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Contest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=100, verbose_name='title')),
                ('metric', models.CharField(max_length=20, verbose_name='compared by')),
                ('first', models.DateField(help_text='Any day of it.', verbose_name='first month')),
                ('last', models.DateField(help_text='Any day of it.', verbose_name='last month')),
                ('terms', models.TextField(blank=True, max_length=1000, verbose_name='terms')),
                ('award', models.CharField(max_length=100, verbose_name='honour for the best')),
                ('level', models.CharField(choices=[('national', 'National level'), ('province', 'Province level'), ('city', 'City level'), ('district', 'District level')], max_length=8, verbose_name='level')),
                ('winners', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='how many are honoured')),
                ('result', models.JSONField(blank=True, default=list, editable=False, verbose_name='result')),
                ('frozen_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='frozen at')),
                ('honoured_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='honours given at')),
                ('frozen_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='frozen by')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contests', to='stations.unit', verbose_name='held by')),
            ],
            options={
                'verbose_name': 'contest',
                'verbose_name_plural': 'contests',
                'constraints': [models.UniqueConstraint(fields=('unit', 'title', 'first'), name='contest_once', violation_error_message='This unit holds a contest of that name from that month already.'), models.CheckConstraint(condition=models.Q(('first__day', 1), ('last__day', 1), ('last__gte', models.F('first'))), name='contest_months_in_order', violation_error_message='A contest ends in the month in which it begins, or later.'), models.CheckConstraint(condition=models.Q(('honoured_at', None), ('frozen_at__isnull', False), _connector='OR'), name='contest_honours_what_is_frozen', violation_error_message='Honours are given from a result that is frozen.')],
            },
        ),
    ]
