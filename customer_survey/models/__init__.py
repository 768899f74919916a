from . import campaign
from . import complaint
from . import entry
from . import odoo
from . import score
from . import report
from . import loop
