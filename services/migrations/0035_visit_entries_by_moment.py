from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("services", "0034_seal_proof_photos")]

    operations = [
        migrations.AddIndex(model_name="visitentry", index=BrinIndex(fields=["at"], name="visit_entry_at")),
    ]
