"""What is told of an entry or exit: its details, its cause in words, the bars behind both."""
