"""Whether the parts of a promise can keep the whole: chains of measures against what they are parts of."""
