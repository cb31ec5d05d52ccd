"""One module an addition; each has an `install` that changes the MiniStack of this process."""
