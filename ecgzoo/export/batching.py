"""batching.config: how TensorFlow Serving joins requests into batches."""

BATCHING = """\
# Written by ecgzoo at every export. For other values copy this file, and name the copy in
# compose.override.yaml.

# Requests are joined along their first axis, for each signature by itself, and one that fails the
# batch fails its neighbours, whose clients ask again:
# - other axes that differ, as with a wrong shape, or with signals of different lengths to
#   `resampled`. Padding would not refuse but answer for signals that nobody sent, so
#   pad_variable_length_inputs stays off.
# - a bad row in a request to a `strict` signature. The others answer such a row with a status.

# Rows of a batch at most. Clients split a request of more, which is refused.
max_batch_size { value: 64 }

# Batches are filled up to one of these sizes, so few shapes are ever seen.
allowed_batch_sizes: 1
allowed_batch_sizes: 2
allowed_batch_sizes: 4
allowed_batch_sizes: 8
allowed_batch_sizes: 16
allowed_batch_sizes: 32
allowed_batch_sizes: 64

# How long the first request waits for others: little beside what an answer takes.
batch_timeout_micros { value: 2000 }

# Batches that are computed at once: about the number of cores.
num_batch_threads { value: 4 }

# Batches that may wait; beyond this requests are refused at once, where they would time out later.
max_enqueued_batches { value: 64 }
"""
