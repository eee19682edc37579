"""One's own records as a data set: the reader of ``tf_data``, for the library's face."""

from tf_data.own_records import read_records

__all__ = ["read_records"]
