"""Our own files: what a function consists of."""
