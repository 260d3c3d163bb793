"""Tests of lakectl and a running lake as a user meets them."""
