from . import quality_complaint
