from . import quality_complaint_cancel
