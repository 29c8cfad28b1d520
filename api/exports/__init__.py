"""What leaves as a file: rows written down as they come, in constant memory, whatever their number."""
