"""Money for stations: batches, grants, and their papers."""

import django.core.validators
import django.db.models.deletion
import simple_history.models
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('services', '0023_online_services'),
        ('stations', '0036_supplies_today'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='GrantBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=100, verbose_name='title')),
                ('kind', models.CharField(choices=[('build', 'To build a station'), ('renovate', 'To renovate it'), ('run', 'To run it'), ('reward', 'Reward by star')], max_length=8, verbose_name='for what')),
                ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='year')),
                ('budget', models.DecimalField(decimal_places=2, max_digits=12, validators=[django.core.validators.MinValueValidator(Decimal('0.01'))], verbose_name='budget (yuan)')),
                ('until', models.DateField(blank=True, help_text='Empty: no end.', null=True, verbose_name='applications until')),
                ('terms', models.TextField(blank=True, help_text='Who may apply, how much, what is to be handed in.', max_length=500, verbose_name='terms')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grant_batches', to='stations.unit', verbose_name='unit that gives')),
            ],
            options={
                'verbose_name': 'batch of grants',
                'verbose_name_plural': 'batches of grants',
            },
        ),
        migrations.CreateModel(
            name='Grant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('applied', 'Applied for'), ('approved', 'Approved'), ('paid', 'Paid'), ('accounted', 'Accounted for'), ('refused', 'Refused')], default='applied', max_length=9, verbose_name='state')),
                ('amount_asked', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='asked (yuan)')),
                ('purpose', models.CharField(max_length=500, verbose_name='what for')),
                ('star', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(5)], verbose_name='star')),
                ('applied_at', models.DateTimeField(verbose_name='applied at')),
                ('amount', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='approved (yuan)')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided at')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                ('paid_date', models.DateField(blank=True, null=True, verbose_name='paid on')),
                ('amount_spent', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='spent (yuan)')),
                ('account', models.CharField(blank=True, max_length=500, verbose_name='account')),
                ('accounted_at', models.DateTimeField(blank=True, null=True, verbose_name='accounted for at')),
                ('accounted_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='accounted for by')),
                ('applied_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='applied by')),
                ('decided_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('station', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='stations.station', verbose_name='station')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='services.grantbatch', verbose_name='batch')),
            ],
            options={
                'verbose_name': 'grant',
                'verbose_name_plural': 'grants',
            },
        ),
        migrations.CreateModel(
            name='GrantFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.FileField(upload_to='grants', verbose_name='file')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('at', models.DateTimeField(verbose_name='added at')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='added by')),
                ('grant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='services.grant', verbose_name='grant')),
            ],
            options={
                'verbose_name': 'paper of a grant',
                'verbose_name_plural': 'papers of grants',
            },
        ),
        migrations.CreateModel(
            name='HistoricalGrant',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_address', models.GenericIPAddressField(blank=True, null=True, verbose_name='address')),
                ('history_device', models.CharField(blank=True, db_default='', default='', max_length=40, verbose_name='device')),
                ('state', models.CharField(choices=[('applied', 'Applied for'), ('approved', 'Approved'), ('paid', 'Paid'), ('accounted', 'Accounted for'), ('refused', 'Refused')], default='applied', max_length=9, verbose_name='state')),
                ('amount_asked', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='asked (yuan)')),
                ('purpose', models.CharField(max_length=500, verbose_name='what for')),
                ('star', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(5)], verbose_name='star')),
                ('applied_at', models.DateTimeField(verbose_name='applied at')),
                ('amount', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='approved (yuan)')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided at')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                ('paid_date', models.DateField(blank=True, null=True, verbose_name='paid on')),
                ('amount_spent', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='spent (yuan)')),
                ('account', models.CharField(blank=True, max_length=500, verbose_name='account')),
                ('accounted_at', models.DateTimeField(blank=True, null=True, verbose_name='accounted for at')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('accounted_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='accounted for by')),
                ('applied_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='applied by')),
                ('batch', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='services.grantbatch', verbose_name='batch')),
                ('decided_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('station', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='stations.station', verbose_name='station')),
            ],
            options={
                'verbose_name': 'historical grant',
                'verbose_name_plural': 'historical grants',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalGrantBatch',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_address', models.GenericIPAddressField(blank=True, null=True, verbose_name='address')),
                ('history_device', models.CharField(blank=True, db_default='', default='', max_length=40, verbose_name='device')),
                ('title', models.CharField(max_length=100, verbose_name='title')),
                ('kind', models.CharField(choices=[('build', 'To build a station'), ('renovate', 'To renovate it'), ('run', 'To run it'), ('reward', 'Reward by star')], max_length=8, verbose_name='for what')),
                ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='year')),
                ('budget', models.DecimalField(decimal_places=2, max_digits=12, validators=[django.core.validators.MinValueValidator(Decimal('0.01'))], verbose_name='budget (yuan)')),
                ('until', models.DateField(blank=True, help_text='Empty: no end.', null=True, verbose_name='applications until')),
                ('terms', models.TextField(blank=True, help_text='Who may apply, how much, what is to be handed in.', max_length=500, verbose_name='terms')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='stations.unit', verbose_name='unit that gives')),
            ],
            options={
                'verbose_name': 'historical batch of grants',
                'verbose_name_plural': 'historical batches of grants',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddConstraint(
            model_name='grantbatch',
            constraint=models.UniqueConstraint(fields=('unit', 'year', 'title'), name='grant_batch_once', violation_error_message='This unit has a batch of that name and year already.'),
        ),
        migrations.AddConstraint(
            model_name='grantbatch',
            constraint=models.CheckConstraint(condition=models.Q(('budget__gt', 0)), name='grant_batch_gives_something', violation_error_message='A budget is more than nothing.'),
        ),
        migrations.AddIndex(
            model_name='grant',
            index=models.Index(fields=['station', 'applied_at'], name='grant_station'),
        ),
        migrations.AddIndex(
            model_name='grant',
            index=models.Index(fields=['state', '-applied_at'], name='grant_state'),
        ),
        migrations.AddIndex(
            model_name='grant',
            index=models.Index(fields=['applied_at'], name='grant_applied'),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'refused'), _negated=True), fields=('batch', 'station'), name='grant_once_a_station', violation_error_message='This station has applied in this batch already.'),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.CheckConstraint(condition=models.Q(('amount_asked__gt', 0)), name='grant_asks_for_something', violation_error_message='An amount is more than nothing.'),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('approved', 'paid', 'accounted')), ('amount__gt', 0), ('amount__isnull', False)), models.Q(models.Q(('state__in', ('approved', 'paid', 'accounted')), _negated=True), ('amount', None)), _connector='OR'), name='grant_approved_has_an_amount', violation_error_message='What is approved has an amount, and nothing else does.'),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('paid', 'accounted')), ('paid_date__isnull', False)), models.Q(models.Q(('state__in', ('paid', 'accounted')), _negated=True), ('paid_date', None)), _connector='OR'), name='grant_paid_on_a_day', violation_error_message='What is paid was paid on a day.'),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'accounted'), ('amount_spent__gte', 0), ('amount_spent__isnull', False)), models.Q(models.Q(('state', 'accounted'), _negated=True), ('amount_spent', None)), _connector='OR'), name='grant_accounted_says_how_much', violation_error_message='An account says how much was spent.'),
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.CheckConstraint(condition=models.Q(('amount_spent', None), ('amount_spent__lte', models.F('amount')), _connector='OR'), name='grant_spends_what_it_has', violation_error_message='No more can be accounted for than was paid.'),
        ),
    ]
