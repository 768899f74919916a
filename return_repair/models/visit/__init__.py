from . import return_visit
from . import return_visit_event
from . import return_visit_list
from . import return_visit_case
from . import calendar_event
from . import return_order
from . import quality_complaint
