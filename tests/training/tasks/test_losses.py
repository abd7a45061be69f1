"""Losses against plain definitions of them."""

import numpy as np
import pytest
import tensorflow as tf

from edge_lip.text.ctc import log_likelihood
from edge_lip.text.logits import log_softmax
from training.tasks.sentence.losses import ctc_loss, word_loss
from training.tasks.sentence.samples import UNKNOWN


def test_ctc_is_the_likelihood_the_decoders_know() -> None:
    logits = np.random.default_rng(0).normal(0, 2, (4, 9, 5)).astype(np.float32)
    tokens = np.array([[1, 2, 2, 4], [3, 0, 0, 0], [1, 4, 1, 0], [0, 0, 0, 0]], np.int32)
    expected = [
        -log_likelihood(log_softmax(one), [int(token) for token in text if token])
        for one, text in zip(logits, tokens, strict=True)
    ]
    assert float(ctc_loss(tokens, logits)) == pytest.approx(np.mean(expected), rel=1e-5)


def test_word_loss_is_smoothed_cross_entropy_of_known_frames() -> None:
    logits = np.random.default_rng(1).normal(0, 2, (2, 4, 3)).astype(np.float32)
    words = np.array([[0, 2, UNKNOWN, 1], [UNKNOWN] * 4], np.int32)
    logs = log_softmax(logits[0])
    targets = np.full((4, 3), 0.1 / 3) + 0.9 * np.eye(3)[words[0]]
    expected = -(targets * logs).sum(axis=1)[[0, 1, 3]].mean()
    assert float(word_loss(words, logits)) == pytest.approx(expected, rel=1e-5)


def test_unknown_frames_teach_nothing() -> None:
    logits = tf.Variable(np.random.default_rng(2).normal(size=(1, 4, 3)).astype(np.float32))
    with tf.GradientTape() as tape:
        loss = word_loss(np.array([[1, UNKNOWN, UNKNOWN, 0]], np.int32), logits)
    gradient = tape.gradient(loss, logits).numpy()[0]
    assert (gradient[1:3] == 0).all() and (gradient[[0, 3]] != 0).all()
    assert float(word_loss(np.full((1, 4), UNKNOWN, np.int32), logits)) == 0
