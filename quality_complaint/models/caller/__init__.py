from . import quality_caller
from . import quality_caller_screen
from . import quality_caller_order
from . import quality_caller_filing
from . import quality_complaint
from . import res_partner
from . import sale_order
