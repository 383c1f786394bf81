"""The witness: a small program of its own, for another office's machine."""
