"""Work in the background that survives its workers: leases, and what holds for every kind of it.

A new kind of work is one model on `LeasedWork`, one `Life` that says what is its own, and one
function that computes a row. In the room's models:

    class Import(LeasedWork):
        user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="imports")
        ...what is to be done, and what came of it

        objects = LeasedQuerySet.as_manager()

beside what queues it, in a module named `queue`:

    life = Life(
        Import,
        name="import",
        task="market.tasks.run_import",
        limit=PerUser(1),
        gave_up="The worker stopped three times during this import, so it was given up.",
        unexpected=lambda row: f"The import stopped on an unexpected error, noted under {row.pk}.",
        faults=(BarsError,),
    )

    life.queue(Import(user=user, ...))

and where it is computed:

    def execute(row: Import) -> None:
        with life.settling(row):
            life.move_on(row, 0.1, "Reading the file")
            store(row, compute(row))

    def store(row: Import, found: Found) -> None:
        with transaction.atomic():
            row = life.hold(row)
            ...write what came of it
            life.finish(row, Import.Status.SUCCEEDED)

The task `run_import(pk)` of the room is `life.do(pk, execute)`, and its sweep calls `life.sweep()`.
`make_queued_import(owner)` in the room's `testing.py` puts the kind under the tests in
`trader/tests/work`, which hold for every kind.
"""
