"""In whatever order things happen: nothing acts without its yes, every question has an end."""

from hypothesis import given, settings
from hypothesis import strategies as st
from support.talk import Talk

from edge_lip.confirmation.confirmation import GLANCE
from edge_lip.events import Event

HAPPENINGS = st.one_of(
    st.tuples(st.just("read"), st.sampled_from([0.1, 0.5, 0.95])),
    st.tuples(st.just("partial"), st.just(0)),
    st.tuples(st.just("rejected"), st.just(0)),
    st.tuples(st.sampled_from(["yes", "no", "stay"]), st.integers(-2, 2)),
    st.tuples(st.sampled_from(["press yes", "press no"]), st.just(0)),
    st.tuples(st.just("time"), st.sampled_from([0.1, GLANCE, 3.0, 25.0])),
    st.tuples(st.just("check"), st.just(0)),
)
POLICIES = ("ask?within=20", "unsure?within=20", "ask?within=20&silence=4")


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.sampled_from(POLICIES), st.lists(HAPPENINGS, max_size=30))
def test_nothing_acts_without_its_yes(policy: str, happenings: list[tuple[str, float]]) -> None:
    talk = Talk(policy)
    texts: dict[str, float] = {}
    yes: set[str] = set()
    asked_at: dict[str, float] = {}

    def answer(what: str, number: int | None) -> None:
        waiting = talk.confirmation.waiting
        counted = talk.confirmation.answer("yes" if what.endswith("yes") else "no", number)
        if counted:
            assert waiting is not None and number in (None, waiting.number)
            assert number is not None or talk.now - asked_at[waiting.event.text] >= GLANCE - 1e-9
            if what.endswith("yes"):
                yes.add(waiting.event.text)

    for what, how in happenings:
        waiting = talk.confirmation.waiting
        if what == "read":
            text = f"text {len(texts)}"
            texts[text], asked_at[text] = how, talk.now
            talk.confirmation(Event("final", text, how))
        elif what in ("partial", "rejected"):
            talk.confirmation(Event("partial", "te") if what == "partial" else Event("rejected"))
        elif what == "time":
            talk.now += how
        elif what == "check":
            talk.confirmation.check()
        elif what.startswith("press"):
            answer(what, None)
        elif waiting is not None and what == "stay":
            talk.confirmation.stay(waiting.number + int(how))
        elif waiting is not None:
            answer(what, waiting.number + int(how))
    talk.confirmation.close()

    said = talk.said()
    assert len(said) == len(set(said))
    for text in said:
        sure = policy.startswith("unsure") and texts[text] >= 0.9
        assert sure or text in yes or "silence" in policy
    assert yes <= set(said)
    kinds = [event.kind for event in talk.acted if event.kind != "partial"]
    asked = kinds.count("waiting")
    sure_ones = sum(policy.startswith("unsure") and share >= 0.9 for share in texts.values())
    assert asked == len(texts) - sure_ones
    told_rejected = sum(what == "rejected" for what, _ in happenings)
    assert kinds.count("final") + kinds.count("rejected") == len(texts) + told_rejected
    assert not any(event.text not in ("", "…") for event in talk.acted if event.kind != "final")
