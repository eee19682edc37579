"""Export, and ask the SavedModel
==============================

An export is a SavedModel with the domains, the checks and the names of the classes inside: whoever
loads it needs no ecgzoo. TensorFlow Serving loads the folder as it is (:doc:`/serving`).
"""

import json
import tempfile

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

import ecgzoo
from tf_data import load

# %%
# It is written, loaded back in a fresh process, compared with Keras, and only then gets its number.

folder = ecgzoo.export("cnn1d.ecg_images", tempfile.mkdtemp())
folder.name, sorted(file.name for file in folder.iterdir())

# %%

signatures = tf.saved_model.load(str(folder)).signatures
contract = signatures["contract"](rows=tf.constant([1]))["contract"].numpy()[0]
print(json.dumps(json.loads(contract)["spec"]))

# %%
# Three records, and one with a gap. Its row is refused and says why; the others are answered.

signals = load("ecg_images").signals[[0, 200, 400, 0]].copy()
signals[3, 100:120] = np.nan
answer = signatures["serving_default"](signal=tf.constant(signals))
for status in answer["status"].numpy():
    print(status.decode())

# %%

classes = [name.decode() for name in answer["labels"].numpy()[0]]
figure, axes = plt.subplots(figsize=(8, 3), layout="constrained")
for place, (shares, name) in enumerate(
    zip(answer["probabilities"].numpy().T, classes, strict=True)
):
    axes.bar(np.arange(4) + 0.2 * place - 0.3, shares, 0.18, label=name)
axes.set_xticks(range(4), ["first", "second", "third", "with a gap"])
axes.set(ylabel="probability", ylim=(0, 1))
axes.legend(ncols=4, loc="lower center", bbox_to_anchor=(0.5, 1))
