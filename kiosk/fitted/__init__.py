"""The devices of this terminal as workers: fitting one, those that outlive a visit, what each did in its life."""
