from . import quality_complaint_register
