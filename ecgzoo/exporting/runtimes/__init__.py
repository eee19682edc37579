"""Runtimes: a trained model as one file for onnxruntime or LiteRT, run there before it is kept."""
