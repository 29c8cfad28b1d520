"""What readers get. For each document: its description, and the one function that makes it from rows, keys in order."""
