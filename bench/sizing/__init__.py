"""How much a desk of N reports a day needs: what a report costs, measured, and a simulation of the queue from it."""
