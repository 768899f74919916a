from . import quality_complaint
from . import quality_complaint_report
