"""What can be made: definitions, what they may name, how they become words and then widths, and the plan."""
