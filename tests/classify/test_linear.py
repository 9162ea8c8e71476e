"""The linear layer: machines against the rest, scaled to honest probabilities."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from classify.training import linear

RNG = np.random.default_rng(7)


def clouds(labels: int, each: int, spread: float) -> tuple[np.ndarray, np.ndarray]:
    """Points around a corner a label."""
    truth = np.repeat(np.arange(labels), each)
    return np.eye(labels)[truth] + RNG.normal(0, spread, (len(truth), labels)), truth


def test_what_lies_apart_is_told_apart() -> None:
    points, truth = clouds(3, 40, 0.1)

    layer = linear.fit(csr_matrix(points), truth, 3, 1.0, 0)

    assert (layer.margins(csr_matrix(points)).argmax(axis=1) == truth).all()


def test_the_same_data_gives_the_same_layer() -> None:
    points, truth = clouds(3, 40, 0.5)

    first, second = (linear.fit(csr_matrix(points), truth, 3, 1.0, 0) for _ in range(2))

    assert first.weights.tolist() == second.weights.tolist()


def test_a_piece_of_one_label_alone_counts_for_more_than_one_of_all() -> None:
    own, common = (np.arange(90) % 3 == 0) & (np.arange(90) % 9 > 0), np.arange(90) % 2 == 0
    points, truth = csr_matrix(np.stack([own, common], axis=1).astype(float)), (np.arange(90) % 3 > 0).astype(int)

    silent, told = (linear.fit(points, truth, 2, 0.1, 0, told).weights[:, 0] for told in (0.0, 1.0))

    assert told[0] > 1.2 * silent[0]
    assert abs(told[1]) < 0.1


def test_scaled_margins_are_as_sure_as_they_are_right() -> None:
    margins, truth = clouds(4, 2000, 0.9)

    probs = linear.scale(margins, truth).probabilities(margins)

    assert probs.sum(axis=1) == pytest.approx(1)
    assert probs.max(axis=1).mean() == pytest.approx((probs.argmax(axis=1) == truth).mean(), abs=0.02)


def test_scaling_becomes_part_of_the_layer() -> None:
    points, truth = clouds(3, 40, 0.5)
    layer = linear.fit(csr_matrix(points), truth, 3, 1.0, 0)
    scaling = linear.scale(layer.margins(csr_matrix(points)), truth)

    whole = scaling.over(layer)

    assert linear.Scaling(np.eye(3), np.zeros(3)).probabilities(whole.margins(csr_matrix(points))) == pytest.approx(
        scaling.probabilities(layer.margins(csr_matrix(points))), abs=1e-5
    )


@pytest.mark.parametrize("seen", [[0], [0, 2], [0, 1, 2]])
def test_a_label_that_was_never_seen_is_never_likely(seen: list[int]) -> None:
    truth = np.repeat(seen, 30)
    points = np.eye(4)[truth] + RNG.normal(0, 0.1, (len(truth), 4))
    layer = linear.fit(csr_matrix(points), truth, 4, 1.0, 0)

    probs = linear.scale(layer.margins(csr_matrix(points)), truth).probabilities(layer.margins(csr_matrix(points)))

    unseen = [label for label in range(4) if label not in seen]
    assert probs[:, unseen].max() < 0.01
    assert (probs.argmax(axis=1) == truth).mean() > 0.95
