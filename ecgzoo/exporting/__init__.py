"""Export: a trained model as versioned SavedModels that a model server loads as they are."""
