from . import quality_complaint
from . import quality_complaint_line
from . import quality_complaint_returns
