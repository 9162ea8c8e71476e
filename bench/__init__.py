"""Measurements, side by side in one run. Ratios count; the rates are those of the machine at the moment."""
