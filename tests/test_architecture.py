"""What the import contracts cannot see: relations between models, and libraries that must stay away."""

import subprocess
import sys

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import Model

# From the ground up: an app may point to itself and to those before it.
APPS = ["stations", "partners", "services", "reports"]

LOADED = """
import sys, django
django.setup()
from django.urls import get_resolver
from harbor_portal.celery import app
get_resolver().url_patterns
app.loader.import_default_modules()
print("\\n".join(sys.modules))
"""


@pytest.mark.parametrize("model", [model for label in APPS for model in apps.get_app_config(label).get_models()])
def test_no_model_points_to_a_model_of_a_higher_app(model: type[Model]) -> None:
    lower = APPS[: APPS.index(model._meta.app_label) + 1]
    for field in model._meta.get_fields():
        target = field.related_model
        if not field.auto_created and isinstance(target, type) and target._meta.app_label in APPS:
            assert target._meta.app_label in lower, f"{model.__name__}.{field.name} points upwards"


def test_no_gis_library_is_ever_imported() -> None:
    """Some machines have GDAL, and would hide that others cannot start."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=settings.BASE_DIR, check=True, capture_output=True, text=True
    )
    loaded = set(done.stdout.split())
    assert "stations.admin" in loaded
    assert "stations.tasks" in loaded
    assert not {name for name in loaded if name.startswith(("django.contrib.gis", "osgeo"))}
