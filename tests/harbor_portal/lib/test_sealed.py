"""What is sealed shows itself to nobody who does not ask, and to nobody without the key."""

import secrets
from typing import Any

import pytest
from django.conf import settings
from django.core import serializers
from django.core.exceptions import ValidationError
from django.core.serializers.base import DeserializationError
from django.db import models
from django.utils import timezone

from harbor_portal.lib.sealed import (
    FingerprintField,
    Sealed,
    SealedTextField,
    Unreadable,
    fingerprints,
    masked,
    sealing_key,
)
from services.models import WishFamily


def new_key() -> str:
    return secrets.token_urlsafe(32)


def test_a_sealed_text_shows_only_that_there_is_one() -> None:
    sealed = Sealed.of("张三丰")
    assert sealed.reveal() == "张三丰"
    assert "张" not in f"{sealed} {sealed!r} {sealed.token}"
    assert (str(Sealed.of("")), bool(Sealed.of("")), Sealed.of("").reveal()) == ("", False, "")
    assert Sealed.of("张三丰") != sealed == Sealed(sealed.token)
    assert len({sealed, Sealed(sealed.token)}) == 1


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("13812345678", "138****5678"),
        ("138-1234 5678", "138****5678"),
        ("86123456", "8****56"),
        ("张三丰", "张**"),
        ("欧阳", "欧*"),
        ("李", "李"),
        ("", ""),
        ("经十路100号3单元201", "经**"),
    ],
)
def test_a_mask_lets_who_knows_it_recognise_it(text: str, seen: str) -> None:
    assert masked(text) == Sealed.of(text).masked() == seen


def test_the_first_key_writes_and_all_read(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = new_key(), new_key()
    monkeypatch.setattr(settings, "PERSONAL_DATA_KEYS", [old])
    sealed, before = Sealed.of("13812345678"), fingerprints("13812345678", purpose="family")
    monkeypatch.setattr(settings, "PERSONAL_DATA_KEYS", [new, old])
    assert sealed.reveal() == "13812345678"
    assert fingerprints("138 1234-5678", purpose="family")[1:] == before
    again = sealed.again()
    monkeypatch.setattr(settings, "PERSONAL_DATA_KEYS", [new])
    assert again.reveal() == "13812345678"
    with pytest.raises(Unreadable, match="does not have any more"):
        sealed.reveal()


def test_a_fingerprint_tells_purposes_apart() -> None:
    assert fingerprints("13812345678", purpose="family") != fingerprints("13812345678", purpose="guests")


@pytest.mark.parametrize("text", ["", "short", "ä" * 43, "A" * 44])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"bytes|letters|ASCII"):
        sealing_key(text)


def test_a_field_seals_what_it_is_given_and_measures_the_plain_text() -> None:
    field = SealedTextField("phone", max_length=5)
    field.set_attributes_from_name("phone")
    kept = field.clean("12345", None)
    assert kept.reveal() == "12345"
    assert field.clean(kept, None) is kept
    with pytest.raises(ValidationError, match="At most 5 characters"):
        field.clean("123456", None)
    prepared = field.get_prep_value("12345")
    assert prepared is not None
    assert field.from_db_value(prepared, None, None).reveal() == "12345"  # type: ignore[union-attr]
    assert (field.get_prep_value(None), field.from_db_value(None, None, None)) == (None, None)


def test_a_fingerprint_follows_its_source_and_outlives_it() -> None:
    class Row(models.Model):
        phone = SealedTextField(blank=True)
        phone_print = FingerprintField(source="phone", purpose="rows")

        class Meta:
            app_label = "tests"

    row = Row(phone="138 1234 5678")
    for field in Row._meta.concrete_fields[1:]:
        field.pre_save(row, add=True)
    assert row.phone.reveal() == "138 1234 5678"
    assert row.phone_print == fingerprints("13812345678", purpose="rows")[0]
    assert row._meta.get_field("phone").value_to_string(row) == f"sealed:{row.phone.token}"
    row.phone = Sealed("")
    field = row._meta.get_field("phone_print")
    assert field.pre_save(row, add=False) == row.phone_print != ""
    assert field.clone().source == "phone"


def test_what_was_dumped_is_loaded_without_being_sealed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    family = WishFamily(name="张三丰", agreed_at=timezone.now(), pk=1, wish_id=1)
    dumped = serializers.serialize("json", [family])
    assert "张三丰" not in dumped
    loaded: Any = next(iter(serializers.deserialize("json", dumped)))
    assert (loaded.object.name.reveal(), str(loaded.object.phone)) == ("张三丰", "")
    assert f'"sealed:{loaded.object.name.token}"' in dumped
    typed = SealedTextField("name", max_length=60).to_python("sealed by hand")
    assert typed.reveal() == "sealed by hand"
    monkeypatch.setattr(settings, "PERSONAL_DATA_KEYS", [new_key()])
    with pytest.raises(DeserializationError, match="does not have any more"):
        list(serializers.deserialize("json", dumped))
