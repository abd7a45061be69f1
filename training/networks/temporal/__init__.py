"""What reads features in time, by the name a recipe calls it: (T, F) → (T, G), before a head."""

from collections.abc import Callable

from keras import KerasTensor

from ...recipes.recipe import Network
from .bilstm import bilstm

TEMPORAL: dict[str, Callable[[KerasTensor, Network], KerasTensor]] = {"bilstm": bilstm}
