"""Field encryption and blind indexes in the national algorithms: SM4-GCM and HMAC-SM3 (GB/T 32907, GB/T 32905).

Two keys with two lives. The **field keys** encrypt what may be read back; several may stand side by side, told apart
by the first byte of every ciphertext, and the highest number writes. The **index key** makes equality searchable
without reading; changing it means indexing every row again, so it has one value. Each domain (``model.field``) gets
its own key derived from them, so that a ciphertext or an index of one column says nothing about another.

A ciphertext is ``key id (1) ‖ nonce (12, random) ‖ SM4-CTR text ‖ tag (16)`` with the domain as associated data: moved
to another column it does not decrypt. Moved to another row of the same column it does (row numbers are not known when
100,000 rows are copied in); the blind index beside it gives that away.

These are software keys. They keep a stolen dump or backup shut; they are not a certified cryptographic module, which
production puts behind the same functions.
"""

import hashlib
import hmac
import os
from collections.abc import Iterable
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from django.core import checks
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.core.signals import setting_changed
from django.db import models

KEY_BYTES = 16
INDEX_KEY_BYTES = 32
INDEX_BYTES = 16
NONCE_BYTES = 12
TAG_BYTES = 16
SM3_BLOCK_BYTES = 64

# Blind-index domains shared by every room that must find the same person: the platform's users, imported lists,
# and the accounts. Values are normalised by ``kit.identity_numbers`` before they are indexed.
ID_NUMBER = "id_number"
MOBILE = "mobile"
BANK_CARD = "bank_card"
NAME = "name"


class Unreadable(ValueError):
    """A ciphertext that was changed, moved to another column, or written with a key that is not here."""


# --- Keys ------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _field_keys() -> dict[int, bytes]:
    """``FIELD_KEYS`` is ``1:<32 hex>,2:<32 hex>``: key number and key. Retired keys stay until nothing needs them."""
    given = getattr(settings, "FIELD_KEYS", "")
    if not given:
        return {1: _demo_key("FIELD_KEYS")[:KEY_BYTES]}
    keys = {}
    for part in given.split(","):
        number, _, text = part.strip().partition(":")
        keys[_key_number(number)] = _key_bytes(text, KEY_BYTES, "FIELD_KEYS")
    return keys


@lru_cache(maxsize=1)
def _index_key() -> bytes:
    given = getattr(settings, "INDEX_KEY", "")
    if not given:
        return _demo_key("INDEX_KEY")
    return _key_bytes(given, INDEX_KEY_BYTES, "INDEX_KEY")


def _demo_key(name: str) -> bytes:
    if settings.DEPLOY == "production":
        raise ImproperlyConfigured(f"{name} has no value: production does not encrypt with the demo's keys")
    return hashlib.new("sm3", f"fundcentre demo {name}".encode()).digest()


def _key_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 255):
        raise ImproperlyConfigured("FIELD_KEYS: every key is written as number:hex, with a number between 1 and 255")
    return int(text)


def _key_bytes(text: str, length: int, name: str) -> bytes:
    # The text is a secret: the complaint names the setting and the length, never the value.
    try:
        key = bytes.fromhex(text)
    except ValueError:
        raise ImproperlyConfigured(f"{name}: a key is written in hexadecimal digits") from None
    if len(key) != length:
        raise ImproperlyConfigured(f"{name}: a key has {length} bytes, this one {len(key)}")
    return key


@lru_cache(maxsize=512)
def _algorithm(key_id: int, domain: str) -> algorithms.SM4:
    key = _field_keys().get(key_id)
    if key is None:
        raise Unreadable(f"{domain}: written with key {key_id}, which is not configured")
    return algorithms.SM4(hmac_sm3(key, domain)[:KEY_BYTES])


@lru_cache(maxsize=64)
def _index_halves(domain: str):
    """SM3 states after the inner and outer key block of HMAC: copied, they are 2.5 times as fast as ``hmac.digest``."""
    key = hmac_sm3(_index_key(), domain).ljust(SM3_BLOCK_BYTES, b"\0")
    inner = hashlib.new("sm3", bytes(byte ^ 0x36 for byte in key))
    outer = hashlib.new("sm3", bytes(byte ^ 0x5C for byte in key))
    return inner, outer


def current_key_id() -> int:
    return max(_field_keys())


def forget_keys(**kwargs) -> None:
    """Keys are read once per process; tests that change settings, and nothing else, make them be read again."""
    if kwargs.get("setting", "FIELD_KEYS") in {"FIELD_KEYS", "INDEX_KEY", "DEPLOY"}:
        for cached in (_field_keys, _index_key, _algorithm, _index_halves):
            cached.cache_clear()


setting_changed.connect(forget_keys, dispatch_uid="kit.crypto.forget_keys")


@checks.register(checks.Tags.security)
def keys_are_usable(app_configs, **kwargs):
    """At start-up, not at the first person: keys are there, well-formed, and this build of OpenSSL knows SM3."""
    faults = []
    for read, number in ((_field_keys, "kit.E002"), (_index_key, "kit.E003")):
        try:
            read()
        except ImproperlyConfigured as fault:
            faults.append(checks.Error(str(fault), id=number))
    if "sm3" not in hashlib.algorithms_available:
        faults.append(
            checks.Error("hashlib has no SM3: Python needs OpenSSL 1.1.1 or later, built with it", id="kit.E004")
        )
    return faults


# --- Encryption ------------------------------------------------------------------------------------------------------


def encrypt(plain: str | bytes, domain: str) -> bytes:
    """29 bytes longer than the text. Costs about 15 µs: for large sets encrypt blocks of rows, not cells."""
    key_id = current_key_id()
    nonce = os.urandom(NONCE_BYTES)
    sealer = Cipher(_algorithm(key_id, domain), modes.GCM(nonce)).encryptor()
    sealer.authenticate_additional_data(domain.encode())
    text = sealer.update(plain.encode() if isinstance(plain, str) else plain) + sealer.finalize()
    return bytes([key_id]) + nonce + text + sealer.tag


def decrypt_bytes(cipher: bytes, domain: str) -> bytes:
    """:raises Unreadable: changed, of another column, or its key is gone."""
    cipher = bytes(cipher)  # psycopg2 hands out memoryviews
    if len(cipher) < 1 + NONCE_BYTES + TAG_BYTES:
        raise Unreadable(f"{domain}: {len(cipher)} bytes are too short for a ciphertext")
    nonce, text, tag = cipher[1 : 1 + NONCE_BYTES], cipher[1 + NONCE_BYTES : -TAG_BYTES], cipher[-TAG_BYTES:]
    opener = Cipher(_algorithm(cipher[0], domain), modes.GCM(nonce, tag)).decryptor()
    opener.authenticate_additional_data(domain.encode())
    try:
        return opener.update(text) + opener.finalize()
    except InvalidTag:
        raise Unreadable(f"{domain}: changed since it was written, or written for another column") from None


def decrypt(cipher: bytes, domain: str) -> str:
    return decrypt_bytes(cipher, domain).decode()


def key_id_of(cipher: bytes) -> int:
    """Which field key wrote it: a key may go when no row names it any more."""
    return bytes(cipher[:1])[0]


def reencrypt(cipher: bytes, domain: str) -> bytes:
    """Under the current key; the same bytes when they already are."""
    return bytes(cipher) if key_id_of(cipher) == current_key_id() else encrypt(decrypt_bytes(cipher, domain), domain)


# --- Blind index -----------------------------------------------------------------------------------------------------


def hmac_sm3(key: bytes, value: str) -> bytes:
    return hmac.digest(key, value.encode(), "sm3")


def blind_index(value: str, domain: str) -> bytes:
    """16 bytes, equal for equal values of one domain. ``value`` is normalised already."""
    inner, outer = (half.copy() for half in _index_halves(domain))
    inner.update(value.encode())
    outer.update(inner.digest())
    return outer.digest()[:INDEX_BYTES]


def blind_index_many(values: Iterable[str], domain: str) -> list[bytes]:
    """The same for a column of a list: about 0.2 s for 100,000 values."""
    inner, outer = _index_halves(domain)
    result = []
    for value in values:
        first, second = inner.copy(), outer.copy()
        first.update(value.encode())
        second.update(first.digest())
        result.append(second.digest()[:INDEX_BYTES])
    return result


# --- Model fields ----------------------------------------------------------------------------------------------------


class EncryptedTextField(models.BinaryField):
    """Text that rests encrypted and reads as text. Its column cannot be filtered: the blind index beside it can.

    ``domain`` is written out (``accounts.person.mobile``) because COPY and set-based SQL name it too, and because a
    renamed field must still read what it wrote.
    """

    description = "Text encrypted at rest"

    def __init__(self, *args, domain: str = "", **kwargs):
        self.domain = domain
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "domain": self.domain}

    def check(self, **kwargs):
        faults = super().check(**kwargs)
        if not self.domain:
            faults.append(checks.Error("An encrypted field names its domain.", obj=self, id="kit.E001"))
        return faults

    def get_prep_value(self, value):
        return value if value is None else encrypt(str(value), self.domain)

    def from_db_value(self, value, expression, connection):
        return value if value is None else decrypt(value, self.domain)

    def to_python(self, value):
        return value  # BinaryField would take a fixture's text for base64

    def value_to_string(self, obj):
        raise TypeError(f"{self.domain} is not serialised: a fixture would hold it in the clear")

    def get_lookup(self, lookup_name):
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.domain} is encrypted: filter on its blind index, not with {lookup_name!r}")


class BlindIndexField(models.BinaryField):
    """16 bytes from ``blind_index``. Nullable columns hold NULL where there is no value, never an index of ``""``."""

    description = "Keyed digest for equality search"

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", INDEX_BYTES)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value, expression, connection):
        return value if value is None else bytes(value)
