"""Signing: a version's files, all of them, under a key that its clients trust.

The signature is a Sigstore bundle, in the version, as model-signing writes and reads it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ecgzoo.export.beside_graph import EXTRA, SIGNED

MAKE_KEY = "openssl ecparam -name prime256v1 -genkey -noout -out key.pem"
MAKE_PUBLIC = "openssl ec -in key.pem -pubout -out public.pem"


class SigningError(ValueError):
    """A key that cannot be used, or a version that is not the one that was signed."""


def signer(key: Path) -> Callable[[Path], None]:
    """A function that signs a version; the key is read at once, so that a bad one fails early.

    Args:
        key: private elliptic-curve key, PEM without a password.

    Raises:
        SigningError: if it is no such key, or the package model-signing is missing.
    """
    configuration = _configured("signing", "use_elliptic_key_signer", private_key=key)

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
        said = str(error) or "the signature does not match its content"
        raise SigningError(f"{version} is not what was signed: {said}") from error


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
