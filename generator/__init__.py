"""Baoxue (保学): the papers of keeping children in school, from one dataset.

A workbook or YAML file is loaded and checked (``dataset``); the policy of the place says what
is demanded (``policy``); the definitions under ``templates/`` say what can be made, are resolved
against the dataset and lowered to paragraphs and tables with every width decided (``forms``);
printers write those as Word, PDF or Excel (``render``); and the press plans and makes all of them,
one print file per class, without ever stopping for one bad record (``press``).
"""

__version__ = "0.1.0"

RARELY = 20_000, 20, 50
"""How seldom Python looks for objects that hold one another: layout makes many and few such; 5 % of a run's time."""
