"""What people see of a report. Nothing that is rendered here changes a mark."""
