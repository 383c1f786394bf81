"""Benchmarks stand on what the tests stand on: a database that may be emptied again, caches read anew."""

from tests.conftest import _files_apart, _flush_past_the_guards, _nothing_kept, _static_root

__all__ = ["_files_apart", "_flush_past_the_guards", "_nothing_kept", "_static_root"]
