"""The worker process: django-q clusters, each a process group under one watchdog."""
