"""EcgzooError, and every kind of it: what was expected, what came, and how to mend it.

All are plain Python, so that a client without NumPy has them too. Each is also the built-in error
that it is a case of: ``except ValueError`` goes on working.
"""

import os
import subprocess


class EcgzooError(Exception):
    """Anything that ecgzoo says of an input, an artifact, a run or a server."""


class UnknownNameError(EcgzooError, ValueError):
    """A name that nothing bears; the message suggests the nearest ones."""


class BackendError(EcgzooError, ImportError):
    """Keras' backend, as ``KERAS_BACKEND`` names it, is not installed."""

    @classmethod
    def of(cls, missing: ImportError) -> "BackendError | None":
        """What to say of a module that is missing; None if it is no backend that was chosen.

        Example:
            >>> BackendError.of(ModuleNotFoundError(name="nothing")) is None
            True
        """
        chosen = os.environ.get("KERAS_BACKEND", "")
        if missing.name != chosen or chosen not in ("tensorflow", "jax", "torch", "openvino"):
            return None
        return cls(
            f"KERAS_BACKEND is {chosen}, which is not installed. Install it, or set KERAS_BACKEND "
            "to tensorflow."
        )


class MissingExtraError(EcgzooError, ImportError):
    """What was asked needs a package of an extra, which is not installed."""

    @classmethod
    def of(cls, done: str, package: str, extra: str) -> "MissingExtraError":
        """What to say of a package that is missing.

        Args:
            done: what is done through it, such as ``"a PDF is read"``.
            package: its name.
            extra: the extra of ecgzoo that has it.

        Example:
            >>> print(MissingExtraError.of("a PDF is read", "pypdfium2", "pages"))
            a PDF is read through pypdfium2, which is not installed: `pip install 'ecgzoo[pages]'` \
brings it
        """
        return cls(
            f"{done} through {package}, which is not installed: "
            f"`pip install 'ecgzoo[{extra}]'` brings it"
        )


class PartsError(EcgzooError, ValueError):
    """A file or module of parts that cannot be loaded, or registers nothing."""


class PartsWarning(UserWarning):
    """Parts that could not be loaded where somebody else may need them."""


class SignalError(EcgzooError, ValueError):
    """A signal that does not meet its ``SignalSpec``."""

    @classmethod
    def of_page(cls, model: str) -> "SignalError":
        """What to say of a page, of which a model takes none.

        Example:
            >>> print(SignalError.of_page("hybrid1"))
            hybrid1 takes signals, not pages: `ecgzoo digitise` makes a record of a page; and \
`ecgzoo list --weights` names models of pages, whose data is ecg_images
        """
        return cls(
            f"{model} takes signals, not pages: `ecgzoo digitise` makes a record of a page; and "
            "`ecgzoo list --weights` names models of pages, whose data is ecg_images"
        )


class DataError(SignalError):
    """A data set or a table of labels that cannot be used as asked."""


class DataWarning(UserWarning):
    """What was assumed of records or their labels, or left out of them."""


class NoPeaksError(EcgzooError, ValueError):
    """A signal in which no R peaks are found."""


class PageError(EcgzooError, ValueError):
    """A page that cannot be read or traced; ``ecgzoo.pages.quality.page_error`` words it.

    Attributes:
        quality: the reason, an ``ecgzoo.pages.quality.PageQuality``.
    """

    def __init__(self, message: str, quality: int) -> None:
        self.quality = quality
        super().__init__(message)


class SheetError(EcgzooError, ValueError):
    """A picture shows no sheet whose leads can be told; the message says what was found instead."""


class NoRowsError(SheetError):
    """A picture shows no rows of traces beside names of leads, as one that lies otherwise does."""


class DatasetNotFoundError(EcgzooError, FileNotFoundError):
    """A data set's files are not where they were looked for."""


class ZipError(EcgzooError, ValueError):
    """A zip that is damaged, locked, or beyond the bounds; the message names the file."""


class UnreadableZipError(DatasetNotFoundError, ValueError):
    """A zip that is damaged, locked, or too large or deep to be a data set's; says which file."""


class OversamplingError(EcgzooError, ValueError):
    """A training part that cannot be oversampled as asked."""


class PresetError(EcgzooError, ValueError):
    """A preset's, run's or version's folder that is incomplete, damaged, or of another model."""


class RegressionError(EcgzooError, ValueError):
    """Something of classes that was asked of a model which answers a number."""


class RunError(EcgzooError, ValueError):
    """A run's folder that cannot be used as asked; nothing in it was changed."""


class RunBusyError(RunError):
    """A run's folder in which another process trains."""


class AnswersError(EcgzooError, ValueError):
    """Answers to many records that cannot be written as asked; those that are there stay."""


class ProcessLostError(RunError):
    """A process of a training by several that is gone; the others cannot go on without it."""


class ExportError(EcgzooError, RuntimeError):
    """An exported model that does not load, or answers otherwise than Keras does."""


class LabelError(EcgzooError, ValueError):
    """Labels that cannot be read or moved, or versions under them that are not there or links."""


class SigningError(EcgzooError, ValueError):
    """A version that cannot be signed, or is not signed by whom it should be."""


class ServerError(EcgzooError, RuntimeError):
    """A request that was not answered.

    Attributes:
        asked: the method and the address.
        came: what came instead of an answer; the server's own message where it sent one.
        remedy: what to do; empty where the message says it.
        code: the HTTP status; None if no server answered.
    """

    def __init__(self, asked: str, came: str, remedy: str = "", code: int | None = None) -> None:
        self.asked, self.came, self.remedy, self.code = asked, came, remedy, code
        super().__init__(f"{came.rstrip('.')}. {remedy}".strip() + f" (Asked: {asked})")


EXPECTED = (EcgzooError, ValueError, OSError, RuntimeError, subprocess.SubprocessError)
LONGEST = 2000  # characters of a sentence: what a file or a shell holds may be of any length


def sentence_of(error: Exception) -> str | None:
    """What a user is told of an error; None if it is one that nobody expected.

    Example:
        >>> sentence_of(SignalError("expected 12 leads; got 3")), sentence_of(KeyError("leads"))
        ('expected 12 leads; got 3', None)
    """
    if isinstance(error, ImportError) and not isinstance(error, EcgzooError):
        backend = BackendError.of(error)
        return None if backend is None else str(backend)
    if not isinstance(error, EXPECTED):
        return None
    said = str(error)
    if len(said) <= LONGEST:
        return said
    return f"{said[: LONGEST // 4]}... ({len(said):,} characters)"
