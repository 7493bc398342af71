"""Builds what a secretary without a network and without an administrator's rights unpacks and starts (docs/windows.md).

No part of the wheel: ``start.py`` and ``start.bat`` are copied into the bundle, the rest runs where it is built.
"""
