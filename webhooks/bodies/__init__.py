"""What a message says: placeholders, the texts they are filled into, and what these mean."""
