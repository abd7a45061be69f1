"""What turns logits into a text, by name."""

from ..registry import Entry

DECODERS = {
    "greedy": Entry("edge_lip.text.decoding:make_greedy", "the likeliest token of each moment"),
    "beam": Entry("edge_lip.text.decoding:make_beam", "the likeliest spelling"),
    "lexicon": Entry("edge_lip.text.decoding:make_lexicon", "words of the model's list"),
    "grammar": Entry("edge_lip.text.decoding:make_grammar", "sentences of its grammar"),
    "label": Entry("edge_lip.text.decoding:make_label", "one of its labels"),
}
"""Each is made from the decoding settings and the classes of a model."""
