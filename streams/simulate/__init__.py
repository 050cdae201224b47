"""Seeded traffic with known truth: what `voc simulate` writes and `voc demo` reads.

A story is a pure function of its seed and its number of days. Its words are data, in the YAML files beside this module;
its rates and dates are the named constants of its own module (`watch.py`).
"""

from streams.simulate.story import Story, StorySummary, Telling
from streams.simulate.truth import Planted, Truth
from streams.simulate.write import STORIES, truth_path, write_story

__all__ = ["STORIES", "Planted", "Story", "StorySummary", "Telling", "Truth", "truth_path", "write_story"]
