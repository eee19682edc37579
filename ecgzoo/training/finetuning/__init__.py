"""Fine-tuning: a preset's body on somebody's own records, head first and then from the top down."""
