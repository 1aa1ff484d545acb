"""The builder: fields, state in the address, and the record they describe."""
