"""``python -m generator`` is ``baoxue``."""

from generator.cli import main

main()
