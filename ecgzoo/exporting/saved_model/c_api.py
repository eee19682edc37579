"""TensorFlow's C API through ctypes: the loader that a model server uses, without Python's.

It needs the shared library of TensorFlow's wheel, and starts ten times as fast as its Python.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Mapping, Sequence
from ctypes import POINTER, c_char_p, c_int, c_int64, c_size_t, c_void_p
from typing import TYPE_CHECKING, Any

import numpy as np

STRING = 7
NUMBERS: dict[int, np.dtype[Any]] = {
    1: np.dtype("float32"),
    3: np.dtype("int32"),
    9: np.dtype("int64"),
}
TSTRING_SIZE = 24  # sizeof(TF_TString)


class Output(ctypes.Structure):
    """TF_Output: one result of an operation in a graph."""

    _fields_ = (("operation", c_void_p), ("index", c_int))


class Buffer(ctypes.Structure):
    """TF_Buffer: bytes that TensorFlow owns."""

    _fields_ = (("data", c_void_p), ("length", c_size_t), ("deallocator", c_void_p))


SIGNATURES = {
    "TF_NewStatus": (c_void_p,),
    "TF_DeleteStatus": (None, c_void_p),
    "TF_GetCode": (c_int, c_void_p),
    "TF_Message": (c_char_p, c_void_p),
    "TF_NewGraph": (c_void_p,),
    "TF_NewBuffer": (POINTER(Buffer),),
    "TF_DeleteBuffer": (None, POINTER(Buffer)),
    "TF_NewSessionOptions": (c_void_p,),
    "TF_SetConfig": (None, c_void_p, c_char_p, c_size_t, c_void_p),
    "TF_LoadSessionFromSavedModel": (
        *(c_void_p, c_void_p, c_void_p, c_char_p, POINTER(c_char_p), c_int, c_void_p),
        *(POINTER(Buffer), c_void_p),
    ),
    "TF_GraphOperationByName": (c_void_p, c_void_p, c_char_p),
    "TF_SessionRun": (
        *(None, c_void_p, c_void_p, POINTER(Output), POINTER(c_void_p), c_int),
        *(POINTER(Output), POINTER(c_void_p), c_int, c_void_p, c_int, c_void_p, c_void_p),
    ),
    "TF_AllocateTensor": (c_void_p, c_int, POINTER(c_int64), c_int, c_size_t),
    "TF_DeleteTensor": (None, c_void_p),
    "TF_TensorData": (c_void_p, c_void_p),
    "TF_TensorType": (c_int, c_void_p),
    "TF_TensorByteSize": (c_size_t, c_void_p),
    "TF_NumDims": (c_int, c_void_p),
    "TF_Dim": (c_int64, c_void_p, c_int),
    "TF_StringInit": (None, c_void_p),
    "TF_StringCopy": (None, c_void_p, c_char_p, c_size_t),
    "TF_StringGetDataPointer": (c_void_p, c_void_p),
    "TF_StringGetSize": (c_size_t, c_void_p),
}


class Library:
    """The C API's functions, with their types declared."""

    def __init__(self, path: str) -> None:
        library = ctypes.CDLL(path)
        for name, (result, *arguments) in SIGNATURES.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
            setattr(self, name, function)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    def checked(self, function: Any, *arguments: Any) -> Any:
        """Calls a function whose last argument is a status.

        Raises:
            RuntimeError: if the status is not OK afterwards.
        """
        status = self.TF_NewStatus()
        result = function(*arguments, status)
        code, message = self.TF_GetCode(status), self.TF_Message(status).decode()
        self.TF_DeleteStatus(status)
        if code:
            raise RuntimeError(message)
        return result

    def tensor(self, array: np.ndarray) -> int:
        """A TF_Tensor with the content of an array of numbers, or of bytes objects."""
        array = np.asarray(array, order="C")
        shape = (c_int64 * array.ndim)(*array.shape)
        if array.dtype != object:
            kind = next(k for k, dtype in NUMBERS.items() if dtype == array.dtype)
            tensor = self.TF_AllocateTensor(kind, shape, array.ndim, array.nbytes)
            ctypes.memmove(self.TF_TensorData(tensor), array.ctypes.data, array.nbytes)
            return tensor
        tensor = self.TF_AllocateTensor(STRING, shape, array.ndim, TSTRING_SIZE * array.size)
        first = self.TF_TensorData(tensor)
        for place, content in enumerate(array.flat):
            self.TF_StringInit(first + place * TSTRING_SIZE)
            self.TF_StringCopy(first + place * TSTRING_SIZE, content, len(content))
        return tensor

    def array(self, tensor: Any) -> np.ndarray:
        """The content of a TF_Tensor: an array of numbers, or of bytes objects."""
        shape = [self.TF_Dim(tensor, axis) for axis in range(self.TF_NumDims(tensor))]
        kind, size = self.TF_TensorType(tensor), self.TF_TensorByteSize(tensor)
        first = self.TF_TensorData(tensor)
        if kind != STRING:
            return np.frombuffer(ctypes.string_at(first, size), NUMBERS[kind]).reshape(shape)
        strings = np.empty(int(np.prod(shape)), object)
        for place in range(strings.size):
            string = first + place * TSTRING_SIZE
            length = self.TF_StringGetSize(string)
            strings[place] = ctypes.string_at(self.TF_StringGetDataPointer(string), length)
        return strings.reshape(shape)


# A ConfigProto: graph_options { rewrite_options { disable_meta_optimizer: true } }
AS_WRITTEN = b"\x52\x05\x52\x03\x98\x01\x01"

Arrays = Mapping[str, np.ndarray]


class Session:
    """A SavedModel in a session of the C API.

    Args:
        library: the C API.
        folder: the SavedModel.
        optimised: whether a signature's graph is optimised before its first answer, as on a
            server; it takes a third of the time until then, and does not pay for one answer.
    """

    def __init__(self, library: Library, folder: str, optimised: bool = True) -> None:
        self.library = library
        options = library.TF_NewSessionOptions()
        if not optimised:
            library.checked(library.TF_SetConfig, options, AS_WRITTEN, len(AS_WRITTEN))
        self.graph = library.TF_NewGraph()
        meta_graph = library.TF_NewBuffer()
        tags = (c_char_p * 1)(b"serve")
        self.session = library.checked(
            library.TF_LoadSessionFromSavedModel,
            *(options, None, folder.encode(), tags, 1, self.graph),
            meta_graph,
        )
        content = ctypes.string_at(meta_graph.contents.data, meta_graph.contents.length)
        library.TF_DeleteBuffer(meta_graph)
        self.signatures = dict(signatures_of(content))

    def run(self, signature: str, feeds: Arrays) -> dict[str, np.ndarray]:
        """What a signature answers, with nothing checked before the graph sees it.

        Raises:
            RuntimeError: if the graph fails.
        """
        return self.run_together({signature: feeds})[signature]

    def run_together(self, asked: Mapping[str, Arrays]) -> dict[str, dict[str, np.ndarray]]:
        """What several signatures answer, in one run of the graph.

        Raises:
            RuntimeError: if one of them fails.
        """
        takes = [self.signatures[name][0][key] for name, one in asked.items() for key in one]
        feeds = [array for one in asked.values() for array in one.values()]
        gives = [(name, *pair) for name in asked for pair in self.signatures[name][1].items()]
        answers: dict[str, dict[str, np.ndarray]] = {name: {} for name in asked}
        arrays = self._run(takes, feeds, [tensor for *_, tensor in gives])
        for (name, key, _), array in zip(gives, arrays, strict=True):
            answers[name][key] = array
        return answers

    def _run(
        self, takes: Sequence[str], feeds: Sequence[np.ndarray], gives: Sequence[str]
    ) -> list[np.ndarray]:
        """Values of the tensors that are asked for, while others are fed."""
        inputs = (Output * len(takes))(*map(self._output, takes))
        outputs = (Output * len(gives))(*map(self._output, gives))
        fed = (c_void_p * len(takes))(*map(self.library.tensor, feeds))
        fetched = (c_void_p * len(gives))()
        try:
            self.library.checked(
                self.library.TF_SessionRun,
                *(self.session, None, inputs, fed, len(takes), outputs, fetched, len(gives)),
                *(None, 0, None),
            )
            return [self.library.array(tensor) for tensor in fetched]
        finally:
            for tensor in filter(None, (*fed, *fetched)):
                self.library.TF_DeleteTensor(tensor)

    def _output(self, name: str) -> Output:
        operation, _, index = name.partition(":")
        found = self.library.TF_GraphOperationByName(self.graph, operation.encode())
        if not found:
            raise RuntimeError(f"the graph has no operation {operation}")
        return Output(found, int(index))


def signatures_of(meta_graph: bytes) -> Iterator[tuple[str, tuple[dict, dict]]]:
    """Signature names with the tensor names of their inputs and outputs, by key.

    Reads the MetaGraphDef's wire format: its field 5 maps names to SignatureDefs, whose fields 1
    and 2 map keys to TensorInfos, whose field 1 is the tensor's name.
    """
    for name, definition in _map(meta_graph, 5):
        takes, gives = (
            {key: _first(info, 1).decode() for key, info in _map(definition, field)}
            for field in (1, 2)
        )
        yield name, (takes, gives)


def _map(message: bytes, field: int) -> Iterator[tuple[str, bytes]]:
    for number, entry in _fields(message):
        if number == field:
            yield _first(entry, 1).decode(), _first(entry, 2)


def _first(message: bytes, field: int) -> bytes:
    return next((content for number, content in _fields(message) if number == field), b"")


def _fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """Numbers and contents of a protocol buffer's length-delimited fields."""
    place = 0
    while place < len(message):
        tag, place = _varint(message, place)
        kind = tag & 7
        if kind == 0:
            _, place = _varint(message, place)
        elif kind == 2:
            length, place = _varint(message, place)
            yield tag >> 3, message[place : place + length]
            place += length
        else:
            place += {1: 8, 5: 4}[kind]


def _varint(message: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[place]
        place += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, place
