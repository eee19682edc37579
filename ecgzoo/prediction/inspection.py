"""What stands in a record, before a model is asked: of ``tf_data``, for the library's face."""

from tf_data.inspection.inspection import Inspection, inspect_record

__all__ = ["Inspection", "inspect_record"]
