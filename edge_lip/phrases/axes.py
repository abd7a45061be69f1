"""In which directions takes are compared: a linear discriminant analysis of few takes, helped by
what is known of how other people speak.

A direction counts where phrases differ much beside its noise. Both are estimated from the takes
themselves and, because of these there are three or five, from many people's words as well
(`People`).
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np

from .appearance import SIZE
from .takes import LENGTH

AROUND: Final = (-2, 0, 2)
"""Moments that are seen together: what a mouth does is in how it goes on."""
WIDE: Final = SIZE * len(AROUND)
DIMENSIONS: Final = 16
SPREAD: Final = 0.1
"""How much of all variation counts as noise, beside that of takes and of the camera."""
LEAST: Final = 1e-4
"""Of the mean variation, in every direction: what no take has moved in is no noise of zero."""
OTHERS: Final = 2.0
"""How much other people's variation within a word counts beside that of these takes."""
FILE: Final = "people.npy"


@dataclass(frozen=True, eq=False)
class People:
    """How words are said by many people (`python -m scripts.phrase_people`)."""

    within: np.ndarray
    """(192, 192): how takes of one person's word differ from their mean..."""
    between: np.ndarray
    """...and how these means lie, about that person's still face."""


@cache
def people() -> People:
    """Those that come with the package."""
    with (files(__package__) / FILE).open("rb") as file:
        within, between = np.load(file)
    return People(_whole(within), _whole(between))


def halves(square: np.ndarray) -> np.ndarray:
    """What a file holds of a symmetric matrix (192, 192): its lower triangle, float16."""
    return square[np.tril_indices(WIDE)].astype(np.float16)


def _whole(half: np.ndarray) -> np.ndarray:
    square = np.zeros((WIDE, WIDE))
    square[np.tril_indices(WIDE)] = half
    return square + np.tril(square, -1).T


def widened(takes: np.ndarray) -> np.ndarray:
    """(N, LENGTH, 192) of takes (N, LENGTH, 64): each moment with those around it."""
    moments = np.arange(LENGTH)
    return np.concatenate([takes[:, np.clip(moments + k, 0, LENGTH - 1)] for k in AROUND], axis=2)


def choose_axes(takes: np.ndarray, owner: np.ndarray, moved: np.ndarray | None) -> np.ndarray:
    """(192, DIMENSIONS) float32: the directions in which takes (N, LENGTH, 64) of the phrases
    `owner` (N,) differ most, each scaled so that noise is one. `moved`: (64, 64), see
    `edge_lip.phrases.phrasebook.Phrasebook`."""
    wide = widened(takes.astype(np.float64))
    rows = wide.reshape(-1, WIDE)
    total = rows.T @ rows / len(rows)
    others = people()
    gain = np.trace(total) / np.trace(others.within + others.between)
    noise = SPREAD * total + LEAST * np.trace(total) / WIDE * np.eye(WIDE)
    noise += within(wide, owner) + OTHERS * gain * others.within
    if moved is not None:
        noise += np.kron(np.eye(len(AROUND)), moved)
    root = np.linalg.inv(np.linalg.cholesky(noise))
    _, directions = np.linalg.eigh(root @ (total + gain * others.between) @ root.T)
    axes: np.ndarray = root.T @ directions[:, ::-1][:, :DIMENSIONS]
    return axes.astype(np.float32)


def embed(takes: np.ndarray, axes: np.ndarray) -> np.ndarray:
    """(N, LENGTH, 2 DIMENSIONS) of takes (N, LENGTH, 64): where they are in the dimensions that
    count, and where they go."""
    return moving(widened(takes) @ axes)


def moving(placed: np.ndarray) -> np.ndarray:
    """(N, LENGTH, 2 F) float32 of places (N, LENGTH, F): where they are, and where they go."""
    both = np.concatenate([placed, 2 * np.gradient(placed, axis=1)], axis=2)
    embedded: np.ndarray = (both / np.sqrt(placed.shape[2])).astype(np.float32)
    return embedded


def within(takes: np.ndarray, owner: np.ndarray) -> np.ndarray:
    """(F, F): how takes (N, LENGTH, F) of one phrase differ from their mean; zeros where each is
    its phrase's only one."""
    size = takes.shape[2]
    scattered, count = np.zeros((size, size)), 0
    for k in np.unique(owner):
        own = takes[owner == k]
        if len(own) > 1:
            away = (own - own.mean(axis=0)).reshape(-1, size)
            scattered += away.T @ away * len(own) / (len(own) - 1)
            count += len(away)
    return scattered / count if count else scattered
