"""Texts that look the same are the same."""

import pytest

from edge_lip.system.identity import folded, tidied


@pytest.mark.parametrize(
    "text, kept",
    [
        ("\ufeffbin", "bin"),
        (" I\u00a0need \u3000 water\t", "I need water"),
        ("bi\u200bn\u2060 b\u00adlue", "bin blue"),
        ("cafe\u0301", "caf\u00e9"),
        ("\u200f\u0634\u063a\u0644 \u0627\u0644\u0636\u0648\u0621\u200e", "شغل الضوء"),
        ("a\u200db\u200c", "ab"),
        ("\u200b \ufeff", ""),
        # These are seen.
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("I\N{RIGHT SINGLE QUOTATION MARK}m, Straße", "I\N{RIGHT SINGLE QUOTATION MARK}m, Straße"),
        ("开灯", "开灯"),
    ],
)
def test_what_nobody_sees_is_gone(text: str, kept: str) -> None:
    assert tidied(text) == kept == tidied(kept)


def test_case_is_no_difference_where_people_name_something() -> None:
    assert folded("\ufeffCAFE\u0301  Stra\u00dfe") == folded("caf\u00e9 STRASSE")
    assert folded("a") != folded("b")
