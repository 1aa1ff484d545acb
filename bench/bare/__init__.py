"""The least a list over Django REST framework can be: what the API's own list is measured against.

The same rows of the same table by the same server, with neither users nor keys nor limits nor
middleware.
"""
