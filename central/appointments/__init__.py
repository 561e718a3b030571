"""One pool of appointments: what is offered, who holds it, and what happens when they come."""
