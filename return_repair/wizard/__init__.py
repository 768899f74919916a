from . import return_compensation_refuse
from . import return_order_reason
