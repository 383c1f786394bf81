"""The stand-alone verifier: one file, given out with every export and every receipt."""
