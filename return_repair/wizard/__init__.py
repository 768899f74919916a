from . import return_compensation_refuse
from . import repair_quotation_refusal
from . import return_order_reason
from . import return_receiving
from . import return_receiving_line
from . import return_resolution_change
from . import return_pickup_missed
from . import return_spot_refund
