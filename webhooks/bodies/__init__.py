"""What a message says: placeholders, the texts they are filled into, whether these mean the event."""
