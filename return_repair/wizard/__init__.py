from . import return_compensation_refuse
from . import return_order_reason
from . import return_pickup_missed
from . import return_spot_refund
