"""Sealed values: they open where they belong, under every key in use, and nowhere else."""

import base64
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import LargeBinary, column, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis import sealing
from chassis.sealing import KeyDestroyed, Keyring, SealBroken, SealedJSON, SealedText, SealingNotConfigured

OLD, NEW = b"\x01" * 32, b"\x02" * 32
NUMBER = "440199202603050010"


def setting(*keys: bytes) -> str:
    return ",".join(base64.b64encode(key).decode() for key in keys)


# Sealing


@given(st.binary(max_size=200), st.binary(max_size=40))
def test_what_is_sealed_opens(plaintext, context):
    ring = Keyring([NEW])

    assert ring.open(ring.seal(plaintext, context), context) == plaintext


def test_one_value_never_looks_the_same_twice():
    ring = Keyring([NEW])

    assert len({ring.seal(b"same", b"place") for _ in range(1000)}) == 1000


def test_the_value_is_not_in_what_is_sealed():
    assert NUMBER.encode() not in Keyring([NEW]).seal(NUMBER.encode(), b"person.number")


def test_a_value_copied_to_another_place_does_not_open():
    ring = Keyring([NEW])
    sealed = ring.seal(b"value", b"person.name")

    with pytest.raises(SealBroken):
        ring.open(sealed, b"person.phone")


def test_any_changed_byte_is_noticed():
    ring = Keyring([NEW])
    sealed = ring.seal(b"secret", b"place")

    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(SealBroken) as broken:
            ring.open(bytes(changed), b"place")
        assert "secret" not in str(broken.value)


@pytest.mark.parametrize("length", range(34))
def test_a_value_cut_short_does_not_open(length):
    ring = Keyring([NEW])

    with pytest.raises(SealBroken):
        ring.open(ring.seal(b"v", b"place")[:length], b"place")


@given(st.binary(max_size=80))
def test_noise_does_not_open(noise):
    with pytest.raises(SealBroken):
        Keyring([NEW, OLD]).open(noise, b"place")


def test_the_format_is_plain_aes_256_gcm():
    sealed = Keyring([NEW]).seal(b"value", b"place")
    key = HKDF(hashes.SHA256(), 32, salt=None, info=b"onedoor sealing").derive(NEW)
    header, nonce, ciphertext = sealed[:5], sealed[5:17], sealed[17:]

    assert AESGCM(key).decrypt(nonce, ciphertext, header + b"place") == b"value"


# Rotation


def test_after_rotation_the_newest_key_seals_and_all_open():
    before, during = Keyring.parse(setting(OLD)), Keyring.parse(setting(NEW, OLD))
    sealed = before.seal(b"value", b"place")

    assert during.open(sealed, b"place") == b"value"
    assert not during.is_current(sealed)
    again = during.seal(during.open(sealed, b"place"), b"place")
    assert during.is_current(again)
    assert Keyring.parse(setting(NEW)).open(again, b"place") == b"value"


def test_a_key_taken_away_opens_no_more():
    sealed = Keyring([OLD]).seal(b"value", b"place")

    with pytest.raises(SealBroken):
        Keyring([NEW]).open(sealed, b"place")


@pytest.mark.parametrize(
    "value",
    [
        "",
        ",",
        setting(NEW) + ",",
        setting(NEW[:31]),
        setting(NEW + b"\1"),
        setting(NEW, NEW),
        "!" * 44,
        setting(NEW)[:-1],
        "钥匙",
    ],
)
def test_a_bad_setting_is_refused_without_repeating_it(value):
    with pytest.raises(ValueError, match="sealing key") as refusal:
        Keyring.parse(value)
    assert len(value) < 2 or value not in str(refusal.value)


def test_spaces_around_the_keys_do_not_matter():
    assert Keyring.parse(f" {setting(NEW)} , {setting(OLD)}\n").is_current(Keyring([NEW]).seal(b"", b""))


# Look-up


def test_a_fingerprint_finds_the_same_value_in_the_same_place():
    ring = Keyring([NEW])

    assert ring.fingerprint(NUMBER, "person.number") == Keyring([NEW]).fingerprint(NUMBER, "person.number")
    assert len(ring.fingerprint(NUMBER, "person.number")) == 32


def test_fingerprints_differ_by_value_place_and_key():
    ring = Keyring([NEW])
    given = {
        ring.fingerprint(NUMBER, "person.number"),
        ring.fingerprint(NUMBER[:-1] + "X", "person.number"),
        ring.fingerprint(NUMBER, "child.number"),
        ring.fingerprint("number" + NUMBER, "person."),
        Keyring([OLD]).fingerprint(NUMBER, "person.number"),
    }

    assert len(given) == 5


def test_while_keys_rotate_old_fingerprints_are_among_the_new():
    old = Keyring([OLD]).fingerprint(NUMBER, "person.number")
    during = Keyring([NEW, OLD])

    assert during.fingerprints(NUMBER, "person.number") == [during.fingerprint(NUMBER, "person.number"), old]


def test_the_fingerprint_key_is_not_the_sealing_key():
    sealing_key = HKDF(hashes.SHA256(), 32, salt=None, info=b"onedoor sealing").derive(NEW)
    mac = hmac.HMAC(sealing_key, hashes.SHA256())
    mac.update(b"person.number\0" + NUMBER.encode())

    assert Keyring([NEW]).fingerprint(NUMBER, "person.number") != mac.finalize()


# Erasure


def test_a_case_has_its_own_key():
    ring = Keyring([NEW])
    key, wrapped = ring.new_data_key(b"case 1")
    sealed = key.seal(b"form", b"form")

    assert ring.data_key(wrapped, b"case 1").open(sealed, b"form") == b"form"
    with pytest.raises(SealBroken):
        ring.open(sealed, b"form")


def test_a_destroyed_key_erases_what_it_sealed():
    ring = Keyring([NEW])
    other, _ = ring.new_data_key(b"case 2")
    key, _ = ring.new_data_key(b"case 1")
    sealed = key.seal(b"form", b"form")

    with pytest.raises(KeyDestroyed):
        ring.data_key(None, b"case 1")
    with pytest.raises(SealBroken):
        other.open(sealed, b"form")


def test_a_wrapped_key_belongs_to_its_case_and_is_no_value():
    ring = Keyring([NEW])
    _, wrapped = ring.new_data_key(b"case 1")

    with pytest.raises(SealBroken):
        ring.data_key(wrapped, b"case 2")
    with pytest.raises(SealBroken):
        ring.open(wrapped, b"case 1")


def test_a_case_key_outlives_the_service_key():
    key, wrapped = Keyring([OLD]).new_data_key(b"case 1")
    sealed = key.seal(b"form", b"form")

    rewrapped = Keyring([NEW, OLD]).rewrap(wrapped, b"case 1")

    assert Keyring([NEW]).data_key(rewrapped, b"case 1").open(sealed, b"form") == b"form"


# Another suite


class Sm4Gcm:
    """The national suite behind the same interface: SM4-GCM, HMAC-SM3, HKDF-SM3."""

    code = 2
    key_length = 16

    def derive(self, secret: bytes, purpose: bytes, length: int) -> bytes:
        return HKDF(hashes.SM3(), length, salt=None, info=purpose).derive(secret)

    def encrypt(self, key: bytes, plaintext: bytes, context: bytes) -> bytes:
        nonce = AESGCM.generate_key(128)[:12]
        encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(context)
        return nonce + encryptor.update(plaintext) + encryptor.finalize() + encryptor.tag

    def decrypt(self, key: bytes, ciphertext: bytes, context: bytes) -> bytes:
        decryptor = Cipher(algorithms.SM4(key), modes.GCM(ciphertext[:12], ciphertext[-16:])).decryptor()
        decryptor.authenticate_additional_data(context)
        return decryptor.update(ciphertext[12:-16]) + decryptor.finalize()

    def keyed_hash(self, key: bytes, message: bytes) -> bytes:
        mac = hmac.HMAC(key, hashes.SM3())
        mac.update(message)
        return mac.finalize()


def test_another_suite_can_be_switched_in_while_the_old_still_opens():
    before = Keyring([NEW])
    after = Keyring([NEW], suites=[Sm4Gcm(), sealing.AesGcm()])
    value = before.seal(b"value", b"place")
    key, wrapped = before.new_data_key(b"case 1")
    form = key.seal(b"form", b"form")

    assert after.open(value, b"place") == b"value"
    again = after.seal(b"value", b"place")
    assert (value[0], again[0]) == (1, 2)
    assert after.open(again, b"place") == b"value"
    assert after.data_key(after.rewrap(wrapped, b"case 1"), b"case 1").open(form, b"form") == b"form"
    assert before.fingerprint(NUMBER, "p") in after.fingerprints(NUMBER, "p")


# Columns


class Base(DeclarativeBase):
    pass


class Resident(Base):
    __tablename__ = "resident"
    __table_args__ = {"prefixes": ["TEMPORARY"]}  # noqa: RUF012
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(SealedText("resident.name"))
    form: Mapped[Any | None] = mapped_column(SealedJSON("resident.form"))


@pytest.fixture
def configured() -> Iterator[Keyring]:
    ring = Keyring([NEW])
    sealing.configure(ring)
    yield ring
    sealing.configure(None)


@pytest.fixture
async def connection(database_server: str) -> AsyncIterator[AsyncConnection]:
    engine = create_async_engine(
        database_server.replace("postgresql://", "postgresql+asyncpg://"), hide_parameters=True
    )
    async with engine.connect() as connection:
        await connection.run_sync(Base.metadata.create_all)
        yield connection
    await engine.dispose()


async def test_columns_seal_and_open_by_themselves(connection, configured):
    form = {"名字": "林小满", "weight": 3250, "twins": [True, None]}
    async with AsyncSession(connection) as session:
        session.add(Resident(id=1, name="林小满", form=form))
        await session.flush()
        session.expunge_all()

        found = await session.get_one(Resident, 1)
        name, raw_form = (await session.execute(text("SELECT name, form FROM resident"))).one()

    assert (found.name, found.form) == ("林小满", form)
    assert configured.open(name, b"resident.name") == "林小满".encode()
    assert "林小满".encode() not in name + raw_form


async def test_nothing_stays_nothing(connection, configured):
    async with AsyncSession(connection) as session:
        session.add(Resident(id=1, name=None, form=None))
        await session.flush()
        session.expunge_all()

        found = (await session.scalars(select(Resident).where(Resident.name.is_(None), Resident.form == None))).one()  # noqa: E711

    assert (found.name, found.form) == (None, None)


async def test_a_value_moved_to_another_column_does_not_open(connection, configured):
    async with AsyncSession(connection) as session:
        session.add(Resident(id=1, name="林小满", form={}))
        await session.flush()
        await session.execute(text("UPDATE resident SET form = name"))
        session.expunge_all()

        with pytest.raises(SealBroken):
            await session.get_one(Resident, 1)


async def test_without_a_key_the_message_says_what_to_do_and_no_value(connection):
    with pytest.raises(Exception, match="SEALING_KEY") as failure:
        await connection.execute(Resident.__table__.insert(), {"id": 1, "name": "林小满", "form": {}})

    assert "林小满" not in str(failure.value)
    assert isinstance(failure.value.__cause__, SealingNotConfigured)


def test_without_a_key_there_is_no_keyring():
    with pytest.raises(SealingNotConfigured):
        sealing.keyring()


@pytest.mark.parametrize(
    "compare",
    [
        lambda: Resident.name == "林小满",
        lambda: Resident.name != "林小满",
        lambda: Resident.name.in_(["林小满"]),
        lambda: Resident.name.like("林%"),
        lambda: Resident.name < "林",
        lambda: Resident.name.desc(),
        lambda: Resident.form == {"a": 1},
        lambda: Resident.name == Resident.form,
        lambda: Resident.name + "x",
    ],
)
def test_comparing_a_sealed_column_is_refused_where_it_is_written(compare):
    with pytest.raises(TypeError, match="fingerprint"):
        compare()


def test_sealed_columns_can_still_be_counted():
    assert "count(resident.name)" in str(select(func.count(Resident.name)))


def test_sealed_columns_are_bytes_to_the_database():
    assert isinstance(Resident.__table__.c.name.type.impl, LargeBinary)
    assert str(column("x", SealedText("a.b")).type.compile()) == "BLOB"
