"""compose.yaml: a TensorFlow Serving server over the exported models, in a container."""

COMPOSE = """\
# Written by ecgzoo; settings of your own go into compose.override.yaml, which is read by itself.
#
#   docker compose up
#
services:
  serving:
    image: tensorflow/serving
    ports:
      - "8500:8500"  # gRPC
      - "8501:8501"  # REST
    volumes:
      # The folder, not its files: a file that is replaced would stay the old one in the container.
      - .:/models:ro
    command:
      # Which models and versions are served, and where the labels stand ...
      - --model_config_file=/models/models.config
      # ... read again every ten seconds: exports and rollbacks need no restart.
      - --model_config_file_poll_wait_seconds=10
      # A label may be given before its version is loaded, as at every start.
      - --allow_version_labels_for_unavailable_models=true
      # How often folders are looked at for the versions that are asked for.
      - --file_system_poll_wait_seconds=1
      # A version that does not load is given up at once, and the one before goes on serving; the
      # default tries for minutes and acts on no rollback meanwhile.
      - --max_num_load_retries=0
      # To have requests joined into batches, add these two. A request of a wrong shape then fails
      # the batch that it was joined to; see batching.config.
      # - --enable_batching=true
      # - --batching_parameters_file=/models/batching.config
      # As many requests as fill a batch wait at once; the default is four threads a core.
      - --grpc_max_threads=64
    restart: unless-stopped
"""
