# The page that ECGs are dropped on. It answers on 127.0.0.1 alone, so that nobody else's machine can
# ask it: on Linux the container shares the host's network.
#
#   docker build -f docker/app.Dockerfile -t ecgzoo-app .
#   docker run --rm --network host ecgzoo-app    # then open the address that it prints
FROM python:3.11-slim

WORKDIR /src
COPY . .
RUN pip install --no-cache-dir --constraint constraints.txt '.[app,formats]'

USER 1000
WORKDIR /tmp
ENV HOME=/tmp
ENTRYPOINT ["ecgzoo", "app", "--no-open"]
