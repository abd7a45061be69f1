"""From a network's log-probabilities to text: CTC greedy, prefix beam, lexicon, grammar; labels."""
