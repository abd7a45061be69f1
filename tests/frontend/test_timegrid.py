"""Any frame rate becomes the model's."""

import numpy as np
import pytest

from edge_lip.frontend.timegrid import Moment, Resampler


def ramp(time: float) -> np.ndarray:
    """A crop that grows brighter by 60 per second: what linear interpolation gets exactly."""
    return np.full((2, 3), round(20 + 60 * time), np.uint8)


def resample(times: list[float] | np.ndarray, fps: float = 25) -> list[Moment]:
    resampler = Resampler(fps)
    return [sample for time in times for sample in resampler.push(Moment(ramp(time), float(time)))]


@pytest.mark.parametrize("fps", [10, 15, 25, 29.97, 30, 60])
@pytest.mark.parametrize("start", [0.0, 1.73])
def test_two_seconds_of_any_rate_become_the_same_film(fps: float, start: float) -> None:
    samples = resample(start + np.arange(int(2 * fps) + 1) / fps)
    times = np.array([sample.time for sample in samples]) - start
    assert times == pytest.approx(np.arange(len(samples)) / 25)
    assert len(samples) in (50, 51)
    for sample in samples:
        assert sample.image.dtype == np.uint8
        assert sample.image == pytest.approx(ramp(sample.time), abs=1.001)


def test_the_models_own_rate_passes_untouched() -> None:
    crops = np.random.default_rng(0).integers(0, 256, (30, 4, 5), np.uint8)
    jitter = np.random.default_rng(1).uniform(-0.001, 0.001, 30)  # 2.5 % of a frame
    jitter[0] = 0
    resampler = Resampler(25)
    given = [s for i in range(30) for s in resampler.push(Moment(crops[i], i / 25 + jitter[i]))]
    assert np.array_equal([sample.image for sample in given], crops)


def test_jitter_and_dropped_frames_are_bridged() -> None:
    random = np.random.default_rng(2)
    times = np.arange(60) / 30 + random.uniform(-0.01, 0.01, 60)
    kept = np.sort(times)[random.random(60) > 0.3]
    samples = resample(kept)
    assert np.diff([sample.time for sample in samples]) == pytest.approx(1 / 25)
    for sample in samples:
        assert sample.image == pytest.approx(ramp(sample.time), abs=1.2)


def test_a_blink_of_the_tracker_is_interpolated() -> None:
    samples = resample([0, 0.04, 0.44, 0.48])
    assert [sample.time for sample in samples] == pytest.approx(np.arange(13) / 25)


def test_a_long_gap_starts_a_new_grid() -> None:
    resampler = Resampler(25)
    assert not resampler.stale(100.0)
    resampler.push(Moment(ramp(0), 0.0))
    assert not resampler.stale(0.5)
    assert resampler.stale(0.51)
    samples = resampler.push(Moment(ramp(0.71), 0.71)) + resampler.push(Moment(ramp(0.75), 0.75))
    assert [sample.time for sample in samples] == pytest.approx([0.71, 0.75])


def test_time_that_runs_backwards_starts_a_new_grid() -> None:
    assert [sample.time for sample in resample([3.0, 0.0, 0.04])] == pytest.approx([3, 0, 0.04])


def test_planes_are_resampled_each_for_itself() -> None:
    resampler, planes = Resampler(25), (Resampler(25), Resampler(25))
    crops = np.random.default_rng(3).integers(0, 256, (12, 2, 4, 5), np.uint8)
    for k, crop in enumerate(crops):
        both = resampler.push(Moment(crop, k / 15))
        apart = [one.push(Moment(plane, k / 15)) for one, plane in zip(planes, crop, strict=True)]
        for sample, *parts in zip(both, *apart, strict=True):
            assert np.array_equal(sample.image, [part.image for part in parts])


def test_shapes_of_lips_are_interpolated_with_their_crops() -> None:
    resampler = Resampler(25)
    first, then = (np.full(80, value, np.float32) for value in (0.0, 0.3))
    resampler.push(Moment(ramp(0), 0.0, first))
    between, last = resampler.push(Moment(ramp(0.08), 0.08, then))
    assert between.lips == pytest.approx(0.15) and last.lips is then
