"""`python -m benchmarks startup`: the code that its child processes run."""

from benchmarks.startup import STAGES, inside


def test_the_moments_of_reading_a_clip_follow_each_other(face_models: object) -> None:
    moments = inside("talker:bin blue at f two now?seed=3", "talker")
    assert list(moments) == list(STAGES)[:5]
    assert min(moments.values()) > 0 and sorted(moments.values()) == list(moments.values())
