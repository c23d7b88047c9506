"""Tests of what authors use, and of the verdict's fairness on the bundled exercise."""
