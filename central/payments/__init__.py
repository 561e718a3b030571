"""Fees: orders at the payment gateway, money taken exactly for what was given, and the receipts."""
