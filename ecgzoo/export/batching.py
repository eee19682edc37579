"""batching.config: how TensorFlow Serving joins requests into batches."""

BATCHING = """\
# Written by ecgzoo at every export. For other values copy this file, and name the copy in
# compose.override.yaml.

# Requests are joined along their first axis, for each signature by itself. They are joined only if
# the other axes agree: of requests of different lengths to `resampled`, or one of a wrong shape
# among good ones, the whole batch is refused, and clients ask again. Padding would not refuse but
# answer for signals that nobody sent, so pad_variable_length_inputs stays off.

# Rows of a batch at most. The models gain little beyond this.
max_batch_size { value: 32 }

# Batches are filled up to one of these sizes, so few shapes are ever seen.
allowed_batch_sizes: 1
allowed_batch_sizes: 2
allowed_batch_sizes: 4
allowed_batch_sizes: 8
allowed_batch_sizes: 16
allowed_batch_sizes: 32

# How long the first request waits for others: small beside the 10 ms or more of an answer.
batch_timeout_micros { value: 2000 }

# Batches that are computed at once: about the number of cores.
num_batch_threads { value: 4 }

# Batches that may wait; beyond this requests are refused at once, where they would time out later.
max_enqueued_batches { value: 64 }
"""
