"""What identifies a person, kept encrypted: readable with a key from the environment, and only where it is asked for.

Fernet is AES-128-CBC with HMAC-SHA256 (https://github.com/fernet/spec); the first of `PERSONAL_DATA_KEYS` writes, all
of them read, so that a key can be replaced (docs/privacy.md). A database, a dump or a log shows what was sealed, never
what it says; so does a page that prints the value without having asked.
"""

import base64
import binascii
import hashlib
import hmac
import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext_lazy as _

from harbor_portal.lib.errors import PortalError
from harbor_portal.lib.files import replace_file

HIDDEN = "●●●"
DUMPED = "sealed:"
"""Before a token in a file that `dumpdata` wrote."""
KEY_BYTES = 32
_DIGITS = re.compile(r"[0-9]{7,}")


class Unreadable(PortalError):
    """It was sealed with a key that is not among `PERSONAL_DATA_KEYS` any more."""


class Sealed:
    """An encrypted text. Printing it shows that there is one; `reveal` says what it is."""

    __slots__ = ("token",)

    def __init__(self, token: str) -> None:
        self.token = token

    @classmethod
    def of(cls, text: str) -> "Sealed":
        return cls(_fernet().encrypt(text.encode()).decode() if text else "")

    def reveal(self) -> str:
        if not self.token:
            return ""
        try:
            return _fernet().decrypt(self.token.encode()).decode()
        except InvalidToken as error:
            raise Unreadable(_("This was sealed with a key that the portal does not have any more.")) from error

    def masked(self) -> str:
        """So much of it that who knows it recognises it: 138****5678, 张**."""
        return masked(self.reveal())

    def again(self) -> "Sealed":
        """The same under the first of the keys."""
        return Sealed(_fernet().rotate(self.token.encode()).decode() if self.token else "")

    def __str__(self) -> str:
        return HIDDEN if self.token else ""

    def __repr__(self) -> str:
        return f"<Sealed {self}>"

    def __bool__(self) -> bool:
        return bool(self.token)

    def __len__(self) -> int:
        return len(self.token)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and self.token == other.token

    def __hash__(self) -> int:
        return hash(self.token)


class SealedTextField(models.TextField):  # type: ignore[type-arg]  # it holds `Sealed`, and takes a plain text too
    """Holds a `Sealed`; a plain text that is given to it is sealed when the row is checked or saved.

    It cannot be searched: the same text is sealed differently every time (a `FingerprintField` finds equals).
    `max_length` is that of the plain text. No form shows it by itself.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def to_python(self, value: Any) -> Sealed:
        if isinstance(value, Sealed):
            return value
        text = str(value or "")
        if text.startswith(DUMPED):
            return self._loaded(Sealed(text.removeprefix(DUMPED)))
        if self.max_length is not None and len(text) > self.max_length:
            sentence = _("At most %(most)d characters.") % {"most": self.max_length}
            raise ValidationError(sentence, code="max_length")
        return Sealed.of(text)

    def _loaded(self, sealed: Sealed) -> Sealed:
        """As it was dumped. A token that nobody here could read again would be lost data that looks like data."""
        try:
            sealed.reveal()
        except Unreadable as error:
            raise ValidationError(str(error), code="unreadable") from error
        return sealed

    def run_validators(self, value: Any) -> None:
        """The length was asked for before it was sealed."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed | None:  # noqa: ARG002  # as Django calls it
        return None if value is None else Sealed(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Sealed:  # noqa: ARG002, FBT001  # as Django calls it
        value = self.to_python(getattr(model_instance, self.attname))
        setattr(model_instance, self.attname, value)
        return value

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else self.to_python(value).token

    def value_to_string(self, obj: models.Model) -> str:
        """What `dumpdata` writes, and `loaddata` knows for what is sealed already."""
        token = self.to_python(getattr(obj, self.attname)).token
        return f"{DUMPED}{token}" if token else ""


class SealedFile(FieldFile):
    """On the disk lies what was sealed; `reveal` gives the file."""

    def save(self, name: str, content: Any, save: bool = True) -> None:  # noqa: FBT001, FBT002  # as Django calls it
        super().save(name, ContentFile(sealed_file(content.read())), save)

    def reveal(self) -> bytes:
        """Nothing where there is none (any more)."""
        if not self:
            return b""
        try:
            with self.open("rb") as file:
                return opened_file(file.read())
        except FileNotFoundError:
            return b""

    def again(self) -> None:
        """The same under the first of the keys; a reader, or a crash, never meets half of it."""
        if content := self.reveal():
            replace_file(Path(self.path), sealed_file(content))


class SealedFileField(models.FileField):
    """A file of which a disk, or a copy of it, tells nothing."""

    attr_class = SealedFile


class FingerprintField(models.CharField):  # type: ignore[type-arg]  # generic in the stubs only
    """By which rows with the same sealed text (`source`) are found, while nobody learns the text from it.

    It outlives the text: where that is erased it stays until it is erased itself. `purpose` keeps tables apart: that
    the same phone number is in two of them is not to be seen.
    """

    def __init__(self, *args: Any, source: str = "", purpose: str = "", **kwargs: Any) -> None:
        self.source, self.purpose = source, purpose
        super().__init__(*args, **kwargs | {"max_length": 64, "blank": True, "editable": False, "db_index": True})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"source": self.source, "purpose": self.purpose}

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: ARG002, FBT001  # as Django calls it
        value = getattr(model_instance, self.source)
        if text := value.reveal() if isinstance(value, Sealed) else value:
            setattr(model_instance, self.attname, fingerprints(text, purpose=self.purpose)[0])
        return getattr(model_instance, self.attname)


def fingerprints(text: str, *, purpose: str) -> list[str]:
    """What a `FingerprintField` holds for the text, under each key, the present one first: look for `__in` them.

    Spaces, hyphens, capitals and full width do not matter.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).replace("-", "").split()).casefold()
    said = f"{purpose}\0{plain}".encode()
    return [hmac.digest(_hash_key(key), said, "sha256").hex() for key in settings.PERSONAL_DATA_KEYS]


def sealed_file(data: bytes) -> bytes:
    """A whole file; `opened_file` gives it back."""
    return _fernet().encrypt(data)


def opened_file(data: bytes) -> bytes:
    try:
        return _fernet().decrypt(data)
    except InvalidToken as error:
        raise Unreadable(_("This was sealed with a key that the portal does not have any more.")) from error


def masked(text: str) -> str:
    """Of a number the first three and the last four digits, of anything else the first character."""
    if _DIGITS.fullmatch(plain := text.replace(" ", "").replace("-", "")):
        return f"{plain[:3]}****{plain[-4:]}" if len(plain) > 8 else f"{plain[:1]}****{plain[-2:]}"
    return text[:1] + "*" * min(len(text) - 1, 2) if text else ""


def sealing_key(text: str) -> bytes:
    """A key as Fernet wants it; a ValueError where this is none."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not written in the letters of a key") from error
    if len(raw) != KEY_BYTES:
        raise ValueError(f"{len(raw)} bytes instead of {KEY_BYTES}")
    return base64.urlsafe_b64encode(raw)


def _fernet() -> MultiFernet:
    return _fernet_of(tuple(settings.PERSONAL_DATA_KEYS))


@lru_cache(maxsize=8)
def _fernet_of(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(sealing_key(key)) for key in keys])


def _hash_key(key: str) -> bytes:
    """Apart from what encrypts: one key, two uses."""
    return hmac.digest(sealing_key(key), b"harbor-portal fingerprint", hashlib.sha256)
