"""Vectors, tampering, rotation, and what a ciphertext column refuses."""

import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models
from django.db.models.lookups import IsNull

from servicehub.kit import crypto

DOMAIN = "accounts.person.mobile"


def test_hmac_sm3_agrees_with_the_published_vector():
    digest = crypto.hmac_sm3(b"k" * 32, "990000199001010017")
    assert digest.hex() == "fc4ed84904dbbab3105ae254e7003ddbeaffaec2c5fa5bb41ccfd1c491815be9"


@pytest.mark.parametrize("value", ["", "a", "990000199001010017", "仲妮", "x" * 200])
def test_the_fast_index_is_hmac_sm3_of_the_derived_key(value):
    key = crypto.hmac_sm3(crypto._index_key(), "id_number")
    assert crypto.blind_index(value, "id_number") == crypto.hmac_sm3(key, value)[:16]
    assert crypto.blind_index_many([value], "id_number") == [crypto.blind_index(value, "id_number")]


def test_an_index_says_nothing_about_another_domain():
    assert crypto.blind_index("13800000001", "mobile") != crypto.blind_index("13800000001", "id_number")


@pytest.mark.parametrize("plain", ["", "13800000001", "买买提·艾力", "𠮷"])
def test_what_was_encrypted_reads_back(plain):
    assert crypto.decrypt(crypto.encrypt(plain, DOMAIN), DOMAIN) == plain


def test_the_same_text_never_encrypts_alike():
    assert crypto.encrypt("13800000001", DOMAIN) != crypto.encrypt("13800000001", DOMAIN)


def test_bytes_pass_through_unchanged():
    assert crypto.decrypt_bytes(memoryview(crypto.encrypt(b"\xff\x00", DOMAIN)), DOMAIN) == b"\xff\x00"


@pytest.mark.parametrize("position", [1, 5, 13, -1])
def test_one_changed_byte_is_noticed(position):
    cipher = bytearray(crypto.encrypt("13800000001", DOMAIN))
    cipher[position] ^= 1
    with pytest.raises(crypto.Unreadable):
        crypto.decrypt(bytes(cipher), DOMAIN)


def test_moved_to_another_column_it_does_not_read():
    with pytest.raises(crypto.Unreadable):
        crypto.decrypt(crypto.encrypt("13800000001", DOMAIN), "accounts.person.bank_card")


def test_short_text_and_unknown_key_are_refused_in_words():
    with pytest.raises(crypto.Unreadable, match="too short"):
        crypto.decrypt(b"\x01abc", DOMAIN)
    cipher = bytes([9]) + crypto.encrypt("13800000001", DOMAIN)[1:]
    with pytest.raises(crypto.Unreadable, match="key 9"):
        crypto.decrypt(cipher, DOMAIN)


def test_refusals_never_repeat_the_text():
    cipher = bytearray(crypto.encrypt("13800000001", DOMAIN))
    cipher[-1] ^= 1
    with pytest.raises(crypto.Unreadable) as refused:
        crypto.decrypt(bytes(cipher), DOMAIN)
    assert "13800000001" not in str(refused.value)


def test_rotation_writes_with_the_new_key_and_reads_both(settings):
    settings.FIELD_KEYS = "1:" + "11" * 16
    old = crypto.encrypt("13800000001", DOMAIN)
    settings.FIELD_KEYS = "1:" + "11" * 16 + ", 2:" + "22" * 16
    new = crypto.encrypt("13800000001", DOMAIN)
    moved = crypto.reencrypt(old, DOMAIN)
    assert [crypto.key_id_of(cipher) for cipher in (old, new, moved)] == [1, 2, 2]
    assert crypto.reencrypt(new, DOMAIN) == new
    settings.FIELD_KEYS = "2:" + "22" * 16
    assert crypto.decrypt(moved, DOMAIN) == "13800000001"
    with pytest.raises(crypto.Unreadable):
        crypto.decrypt(old, DOMAIN)


def test_encryption_and_index_do_not_share_a_key(settings):
    before = crypto.blind_index("a", "mobile")
    settings.FIELD_KEYS = "7:" + "33" * 16
    assert crypto.blind_index("a", "mobile") == before


def test_production_refuses_the_demo_keys(settings):
    settings.DEPLOY = "production"
    settings.FIELD_KEYS = settings.INDEX_KEY = ""
    with pytest.raises(ImproperlyConfigured):
        crypto.encrypt("x", DOMAIN)
    with pytest.raises(ImproperlyConfigured):
        crypto.blind_index("x", "mobile")
    assert {fault.id for fault in crypto.keys_are_usable(None)} == {"kit.E002", "kit.E003"}


@pytest.mark.parametrize("given", ["0:" + "11" * 16, "256:" + "11" * 16, "1:" + "11" * 15, "1:zz", "11" * 16])
def test_malformed_keys_are_refused_without_being_repeated(settings, given):
    settings.FIELD_KEYS = given
    with pytest.raises(ImproperlyConfigured) as refused:
        crypto.current_key_id()
    assert "1111" not in str(refused.value)


class TestEncryptedTextField:
    field = crypto.EncryptedTextField("手机", domain=DOMAIN)

    def test_writes_ciphertext_and_reads_text(self):
        cipher = self.field.get_prep_value("13800000001")
        assert b"13800000001" not in cipher
        assert self.field.from_db_value(memoryview(cipher), None, None) == "13800000001"
        assert self.field.get_prep_value(None) is None and self.field.from_db_value(None, None, None) is None

    @pytest.mark.parametrize("lookup", ["exact", "iexact", "in", "contains", "startswith", "gt"])
    def test_its_column_cannot_be_filtered(self, lookup):
        with pytest.raises(FieldError, match="blind index"):
            self.field.get_lookup(lookup)

    def test_only_its_absence_can_be_asked_for(self):
        assert self.field.get_lookup("isnull") is IsNull

    def test_it_is_never_serialised(self):
        with pytest.raises(TypeError):
            self.field.value_to_string(object())

    def test_the_domain_survives_a_migration(self):
        assert self.field.deconstruct()[3]["domain"] == DOMAIN

    def test_it_must_name_its_domain(self):
        nameless = crypto.EncryptedTextField("手机")
        nameless.set_attributes_from_name("mobile")
        nameless.model = models.Model
        assert "kit.E001" in {fault.id for fault in nameless.check()}
