"""The public API: stations as an integrator needs them."""
