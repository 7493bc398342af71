"""2. What has been done: the numbers of notices and their service, kept in the ledger (see ``docs/ledger.md``).

``book`` is what the ledger holds, as values; ``ledger`` keeps it in a file, ``keeping`` copies that file, ``drives``
knows where it may not lie. ``service`` is what the law demands of service. ``overlay`` lays the book over a dataset.
"""
