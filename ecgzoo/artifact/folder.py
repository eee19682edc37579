"""Names of the files that lie beside the graph of a version.

Model servers keep the folder as it is, and read their warm-up from there. The description there,
``preset.json``, has the name that it has in every preset.
"""

EXTRA = "assets.extra"
WARM_UP = "tf_serving_warmup_requests"
RECORDED = "recorded.npz"
DIGESTS = "SHA256SUMS"
SIGNED = "model.sig"
