"""Receives envelopes, keeps them, answers; what they mean is judged afterwards."""
