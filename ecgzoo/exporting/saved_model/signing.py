"""Digests and signatures of a version's files: of all of them.

The digests are SHA-256, in the format of ``sha256sum``. Without ecgzoo, in the version's folder:
``sha256sum --check assets.extra/SHA256SUMS``. The signature, under a key that clients trust, is a
Sigstore bundle, in the version, as model-signing writes and reads it.
"""

import base64
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from ecgzoo.artifact.folder import DIGESTS, EXTRA, SIGNED
from ecgzoo.artifact.preset import digest
from ecgzoo.errors import SigningError


def write_digests(version: Path) -> None:
    """Writes the digests of all files that are there."""
    lines = (f"{digest(version / name)}  {name}\n" for name in _files(version))
    (version / EXTRA / DIGESTS).write_text("".join(lines), encoding="utf-8")


def changed_files(version: Path) -> list[str]:
    """A sentence for every file that was added, changed or removed since.

    Example:
        >>> import tempfile
        >>> version = Path(tempfile.mkdtemp())
        >>> (version / EXTRA).mkdir()
        >>> write_digests(version)
        >>> changed_files(version)
        []
        >>> (version / "new").touch()
        >>> changed_files(version)
        ['new was added']
    """
    path = version / EXTRA / DIGESTS
    if not path.is_file():
        return [f"{EXTRA}/{DIGESTS} is missing"]
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    expected = {name: known for known, _, name in (line.partition("  ") for line in lines)}
    return _differences(version, expected, _files(version))


def _differences(version: Path, expected: Mapping[str, str], there: Iterable[str]) -> list[str]:
    """A sentence for every file that is not as expected by the digests."""
    there = sorted(there)
    said = {name: "was removed" for name in expected.keys() - set(there)}
    for name in there:
        if name not in expected:
            said[name] = "was added"
        elif digest(version / name) != expected[name]:
            said[name] = "was changed"
    return [f"{name} {what}" for name, what in sorted(said.items())]


def _signed_files(version: Path) -> list[str]:
    """Names of all files, links among them, but for the signature, which is over them."""
    there = (path for path in version.rglob("*") if path.is_file() or path.is_symlink())
    return sorted({path.relative_to(version).as_posix() for path in there} - {f"{EXTRA}/{SIGNED}"})


def _files(version: Path) -> list[str]:
    """Those but for the digests, which are of them."""
    return [name for name in _signed_files(version) if name != f"{EXTRA}/{DIGESTS}"]


MAKE_KEY = "openssl ecparam -name prime256v1 -genkey -noout -out key.pem"
MAKE_PUBLIC = "openssl ec -in key.pem -pubout -out public.pem"


def signer(key: Path) -> Callable[[Path], None]:
    """A function that signs a version; the key is read at once, so that a bad one fails early.

    Args:
        key: private elliptic-curve key, PEM without a password.

    Raises:
        SigningError: if it is no such key, others than its owner may read or change it, or the
            package model-signing is missing.
    """
    configuration = _configured("signing", "use_elliptic_key_signer", private_key=key)
    if key.stat().st_mode & 0o077:  # as ssh asks of its keys
        raise SigningError(
            f"expected a key that only its owner may read; others may use {key}: chmod 600 {key}"
        )

    def sign(version: Path) -> None:
        configuration.set_hashing_config(_hashing()).sign(version, version / EXTRA / SIGNED)

    return sign


def check_signature(version: Path, public_key: Path) -> None:
    """Checks that no file was added, changed or removed since a version was signed.

    Args:
        version: the version's folder.
        public_key: elliptic-curve key, PEM, that belongs to the private one.

    Raises:
        SigningError: if one was, the signature is of another key, or there is none.
    """
    signature = version / EXTRA / SIGNED
    if not signature.is_file():
        raise SigningError(f"{version} is not signed; `ecgzoo export --sign KEY` signs")
    configuration = _configured("verifying", "use_elliptic_key_verifier", public_key=public_key)
    try:
        # Not guessed from the signature, whose guess passes over files of git.
        configuration.set_hashing_config(_hashing()).verify(version, signature)
    except Exception as error:  # the libraries below raise of all kinds at what they cannot read
        raise SigningError(_mismatch(version, public_key)) from error


def _mismatch(version: Path, public_key: Path) -> str:
    """What the libraries below refused, as a sentence; the refusal itself is theirs alone."""
    if changed := _changed(version):
        said = (
            f"expected the signed files; got: {', '.join(changed)}. Copy the version again from "
            "where it was signed, or export anew"
        )
    else:
        said = (
            f"expected a signature by the key that belongs to {public_key}; got one by another "
            f"key, or {EXTRA}/{SIGNED} was changed. Name the signer's public key, or copy the "
            "version again from where it was signed"
        )
    return f"{version} is not what was signed: {said}"


def _changed(version: Path) -> list[str]:
    """The files that are not as the signature lists them, whoever made it; links never are."""
    try:
        found = _differences(version, _signed_digests(version), _signed_files(version))
    except (OSError, ValueError, LookupError, TypeError):  # no bundle any more
        found = []
    links = (path for path in version.rglob("*") if path.is_symlink())
    return found or [f"{path.relative_to(version)} is a link" for path in links]


def _signed_digests(version: Path) -> dict[str, str]:
    """The digests by name that the signature lists, whoever made it."""
    bundle = json.loads((version / EXTRA / SIGNED).read_text(encoding="utf-8"))
    statement = json.loads(base64.b64decode(bundle["dsseEnvelope"]["payload"]))
    return {one["name"]: one["digest"] for one in statement["predicate"]["resources"]}


def _configured(module: str, method: str, **key: Path) -> Any:
    """A configuration of model-signing with a key."""
    try:
        import model_signing
    except ImportError as error:
        raise SigningError("signatures need: pip install 'ecgzoo[serve]'") from error
    try:
        return getattr(getattr(model_signing, module).Config(), method)(**key)
    except OSError:
        raise
    except Exception as error:  # of another kind for each way in which a file is no such key
        (path,) = key.values()
        raise SigningError(
            f"expected an elliptic-curve key in {path}, PEM without a password; got: {error}. "
            f"Make one: {MAKE_KEY}; {MAKE_PUBLIC}"
        ) from error


def _hashing() -> Any:
    """Every file but the signature itself."""
    from model_signing import hashing

    ignored = [f"{EXTRA}/{SIGNED}"]
    return hashing.Config().set_ignored_paths(paths=ignored, ignore_git_paths=False)
