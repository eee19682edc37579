# ecgzoo's command line, for training and whatever else it does; on an NVIDIA GPU with the extra below.
#
#   docker build -f docker/train.Dockerfile -t ecgzoo .
#   docker run --rm -v "$PWD:/data" --user "$(id -u):$(id -g)" ecgzoo train hybrid1 --fold 0
#
# With --build-arg CUDA='tensorflow[and-cuda]' and `docker run --gpus all` it trains on the GPU.
FROM python:3.11-slim

ARG CUDA=""
WORKDIR /src
COPY . .
RUN pip install --no-cache-dir --constraint constraints.txt '.[tensorboard,formats,hub]' $CUDA

# Runs are written where the container is started, by whoever starts it; caches go with it.
USER 1000
WORKDIR /data
ENV HOME=/tmp
ENTRYPOINT ["ecgzoo"]
