"""Printed pages: page image to signal, signal to page.

``LeadTraces`` and ``VerticalAverage`` are Keras layers that work in ``tf.data``, in a model and in
an exported graph; ``decode`` reads files; ``render`` draws a page from a signal.
"""
