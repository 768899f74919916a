from . import return_order_reason
from . import return_resolution_change
