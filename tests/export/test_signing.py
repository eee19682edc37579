"""Signing: whatever differs from what was signed is caught, and so is another's key."""

import json
import sys

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from ecgzoo.artifact.folder import EXTRA, SIGNED
from ecgzoo.errors import SigningError
from ecgzoo.exporting.saved_model.signing import check_signature, signer


def write_keys(folder, key, password=None):
    folder.mkdir()
    locked = serialization.BestAvailableEncryption(password) if password else None
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        locked or serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    (folder / "key.pem").write_bytes(private)
    (folder / "key.pem").chmod(0o600)
    (folder / "public.pem").write_bytes(public)
    return folder / "key.pem", folder / "public.pem"


@pytest.fixture
def keys(tmp_path):
    return write_keys(tmp_path / "keys", ec.generate_private_key(ec.SECP256R1()))


@pytest.fixture
def version(tmp_path, keys):
    folder = tmp_path / ".draft-1"
    for name in ("saved_model.pb", "variables/variables.index", f"{EXTRA}/preset.json"):
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_text(name)
    signer(keys[0])(folder)
    return folder.rename(tmp_path / "3")  # as publishing does


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o777])
def test_a_key_that_others_may_use_is_refused(keys, mode) -> None:
    keys[0].chmod(mode)
    with pytest.raises(SigningError) as refused:
        signer(keys[0])
    assert str(refused.value) == (
        "expected a key that only its owner may read; others may use "
        f"{keys[0]}: chmod 600 {keys[0]}"
    )
    keys[0].chmod(0o400)
    signer(keys[0])


def become_link(version) -> None:
    """The same content, but elsewhere, where it may change."""
    kept = (version / "saved_model.pb").rename(version.parent / "elsewhere.pb")
    (version / "saved_model.pb").symlink_to(kept)


CHANGES = {
    "added": (lambda v: (v / "new").touch(), "new was added"),
    "added extra": (lambda v: (v / EXTRA / "new").touch(), f"{EXTRA}/new was added"),
    "added for git": (lambda v: (v / ".gitignore").touch(), ".gitignore was added"),
    "added link": (lambda v: (v / "link").symlink_to("saved_model.pb"), "link was added"),
    "link": (become_link, "saved_model.pb is a link"),
    "one byte": (
        lambda v: (v / "saved_model.pb").write_text("saved_model.pc"),
        "saved_model.pb was changed",
    ),
    "changed extra": (
        lambda v: (v / EXTRA / "preset.json").write_text("{}"),
        f"{EXTRA}/preset.json was changed",
    ),
    "removed": (
        lambda v: (v / "variables" / "variables.index").unlink(),
        "variables/variables.index was removed",
    ),
    "renamed": (
        lambda v: (v / "saved_model.pb").rename(v / "model.pb"),
        "model.pb was added, saved_model.pb was removed",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_added_changed_or_removed_byte_is_caught(change, version, keys) -> None:
    check_signature(version, keys[1])
    spoil, said = CHANGES[change]
    spoil(version)
    with pytest.raises(SigningError) as refused:
        check_signature(version, keys[1])
    assert str(refused.value) == (
        f"{version} is not what was signed: expected the signed files; got: {said}. Copy the "
        "version again from where it was signed, or export anew"
    )


def assert_key_is_blamed(version, public) -> None:
    with pytest.raises(SigningError) as refused:
        check_signature(version, public)
    assert str(refused.value) == (
        f"{version} is not what was signed: expected a signature by the key that belongs to "
        f"{public}; got one by another key, or {EXTRA}/{SIGNED} was changed. Name the signer's "
        "public key, or copy the version again from where it was signed"
    )


@pytest.mark.parametrize("curve", [ec.SECP256R1, ec.SECP384R1])
def test_a_version_that_another_signed_is_refused(curve, version, tmp_path) -> None:
    other = write_keys(tmp_path / "other", ec.generate_private_key(curve()))
    assert_key_is_blamed(version, other[1])


def test_a_changed_signature_is_refused(version, keys) -> None:
    """Each of its values is spoiled in turn; the hint alone is the owner's to say."""
    path = version / EXTRA / SIGNED
    bundle = json.loads(path.read_text())
    envelope = bundle["dsseEnvelope"]
    for part, key in ((envelope, "payload"), (envelope["signatures"][0], "sig")):
        kept = part[key]
        part[key] = kept[:40] + ("A" if kept[40] != "A" else "B") + kept[41:]
        path.write_text(json.dumps(bundle))
        with pytest.raises(SigningError, match="not what was signed: .+"):
            check_signature(version, keys[1])
        part[key] = kept
    for content in ("no bundle", "[]", "{}"):
        path.write_text(content)
        assert_key_is_blamed(version, keys[1])


def test_a_version_without_signature_is_named(version, keys) -> None:
    (version / EXTRA / SIGNED).unlink()
    with pytest.raises(SigningError, match="is not signed; `ecgzoo export --sign KEY`"):
        check_signature(version, keys[1])


@pytest.mark.parametrize("kind", ["rsa", "locked", "text", "public"])
def test_a_key_that_cannot_be_used_is_named_with_the_remedy(kind, tmp_path) -> None:
    small = ec.generate_private_key(ec.SECP256R1())
    key = rsa.generate_private_key(65537, 2048) if kind == "rsa" else small
    private, public = write_keys(tmp_path / "k", key, b"secret" if kind == "locked" else None)
    if kind == "text":
        private.write_text("no key")
    with pytest.raises(SigningError, match="expected an elliptic-curve key in .*openssl ecparam"):
        signer(public if kind == "public" else private)


def test_a_key_that_is_not_there_is_named(tmp_path) -> None:
    with pytest.raises(FileNotFoundError, match=r"absent\.pem"):
        signer(tmp_path / "absent.pem")


def test_without_the_extra_the_remedy_is_said(tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "model_signing", None)
    with pytest.raises(SigningError, match=r"pip install 'ecgzoo\[serve\]'"):
        signer(tmp_path / "key.pem")
