"""encode: runs the encoders of all domains, in step where a fusion acts between their stages."""

from collections.abc import Callable, Generator, Mapping

from ecgzoo.features import Encoding, Features, Tensor

Exchange = Callable[[Mapping[str, Tensor], int], Mapping[str, Tensor]]


def encode(
    encoders: Mapping[str, Encoding | Features], exchange: Exchange | None = None
) -> dict[str, Features]:
    """The features of each domain.

    Args:
        encoders: by domain, what its encoder returned: a generator that has not started, or
            ``Features`` where the encoder is a plain function.
        exchange: called after each stage with the feature maps by domain and the stage's number,
            from 1; returns the maps that the encoders go on with.

    Raises:
        ValueError: if there is something to exchange, and an encoder is a plain function, or the
            encoders have different numbers of stages.

    Example:
        >>> import keras
        >>> from ecgzoo.encoders.conv1d import conv1d
        >>> features = encode({"time": conv1d(keras.Input((512, 12)), "time")})
        >>> [stage.shape[1] for stage in features["time"].stages], features["time"].vector.shape
        ([128, 64, 32, 16], (None, 64))
    """
    if exchange is None:
        return {domain: _run(one) for domain, one in encoders.items()}
    running = {domain: _started(domain, one) for domain, one in encoders.items()}
    sent: Mapping[str, Tensor] = dict.fromkeys(running)
    depth = 0
    while True:
        maps, features = _step(running, sent)
        if not maps:
            return features
        if features:
            raise ValueError(_unequal({domain: depth for domain in features}, list(maps)))
        depth += 1
        sent = exchange(maps, depth)


def equal_depth(features: Mapping[str, Features]) -> int:
    """How many stages each domain has.

    Raises:
        ValueError: if they differ.
    """
    depths = {domain: len(one.stages) for domain, one in features.items()}
    least = min(depths.values())
    longer = [domain for domain, depth in depths.items() if depth > least]
    if longer:
        raise ValueError(_unequal({d: least for d in depths if d not in longer}, longer))
    return least


def _run(encoder: Encoding | Features) -> Features:
    feature_map = None
    while not isinstance(encoder, Features):
        try:
            feature_map = encoder.send(feature_map)
        except StopIteration as end:
            encoder = end.value
    return encoder


def _started(domain: str, encoder: Encoding | Features) -> Encoding:
    if isinstance(encoder, Generator):
        return encoder
    raise ValueError(
        f"this fusion acts between stages, and the encoder of {domain} is a plain function: "
        "let it yield the feature map of each stage and go on with the one it is sent"
    )


def _step(
    running: Mapping[str, Encoding], sent: Mapping[str, Tensor]
) -> tuple[dict[str, Tensor], dict[str, Features]]:
    """Sends each encoder on to its next feature map, or to its features where it has no more."""
    maps, features = {}, {}
    for domain, encoder in running.items():
        try:
            maps[domain] = encoder.send(sent[domain])
        except StopIteration as end:
            features[domain] = end.value
    return maps, features


def _unequal(ended: Mapping[str, int], longer: list[str]) -> str:
    counts = ", ".join(f"{domain} {depth}" for domain, depth in ended.items())
    return (
        f"domains are joined stage by stage, and differ in depth: {counts}, more in "
        f"{', '.join(longer)}. Choose encoders with equally many stages, or another fusion."
    )
