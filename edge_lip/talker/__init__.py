"""People who do not exist: faces rendered from a seed, whose mouths say any text."""

from .mouth import MouthShape
from .scene import Scene, random_scene
from .speech import Speech, SpokenTime, speak

VERSION = 2
"""Of what a spec gives: raised with every change of its pixels or its timing."""

__all__ = ["VERSION", "MouthShape", "Scene", "Speech", "SpokenTime", "random_scene", "speak"]
