"""The one thing that all failures of ours have in common: somebody can do something about them."""


class Failure(Exception):
    """Its message is written for the person at the keyboard: what is wrong, and what to do. It names no secret and quotes no
    customer, so it may stand in a log. Whatever is raised and is none of these is a defect."""
