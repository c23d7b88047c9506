"""A report and a class as pages that need nothing else."""
