"""What the municipality answers for: channels, organisations, packages, receipts, and how things go wrong."""
