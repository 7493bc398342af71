"""What the place demands: titles, bodies, targets, quotas, deadlines, items and law, all data."""
