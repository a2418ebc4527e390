"""From characters to tokens and names: displays, pieces, typefaces, which words and letters name something."""
