"""How fast this program is on this machine: figures that ``baoxue bench`` measures in one run."""
