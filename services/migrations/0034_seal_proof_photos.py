"""The photos of earlier versions are sealed where they lie."""

from pathlib import Path

from django.core.files.storage import default_storage
from django.db import migrations

from harbor_portal.lib.files import replace_file
from harbor_portal.lib.sealed import opened_file, sealed_file

CLEAR = b"RIFF"
"""How a WebP begins, and nothing that is sealed."""


def seal(apps, _editor):
    for path, content in _photos(apps):
        if content.startswith(CLEAR):
            replace_file(path, sealed_file(content))


def unseal(apps, _editor):
    for path, content in _photos(apps):
        if not content.startswith(CLEAR):
            replace_file(path, opened_file(content))


def _photos(apps):
    wishes = apps.get_model('services', 'Wish').objects.exclude(proof_photo='')
    for path in (Path(default_storage.path(name)) for name in wishes.values_list('proof_photo', flat=True)):
        if path.exists():
            yield path, path.read_bytes()


class Migration(migrations.Migration):
    dependencies = [
        ('services', '0033_sealed_proof_photos'),
    ]

    operations = [migrations.RunPython(seal, unseal)]
