from . import copies_template
