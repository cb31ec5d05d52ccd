"""Each module holds one addition; its `install` puts it in place."""
