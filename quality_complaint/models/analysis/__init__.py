from . import quality_rate_chart
from . import quality_rate_chart_data
from . import quality_rate_chart_signal
from . import quality_rate_point
from . import quality_capa
from . import quality_complaint_figures
from . import digest_digest
from . import quality_pareto
