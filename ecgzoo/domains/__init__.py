"""Signal domains as Keras layers: time, frequency and time-frequency.

Every domain is a layer without trainable weights that maps a signal ``[batch, samples, leads]`` to
one representation. The same object serves in ``tf.data``, inside a model and in an exported graph.
"""
