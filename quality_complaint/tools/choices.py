def get_choices(model, name):
    """The choices of another model's field, with what other addons add to them: what ``fields.Selection`` takes as its selection."""
    return lambda self: self.env[model]._fields[name]._description_selection(self.env)
