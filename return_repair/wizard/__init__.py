from . import repair_quotation_refusal
from . import return_order_reason
