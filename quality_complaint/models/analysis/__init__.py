from . import quality_rate_chart
from . import quality_rate_chart_data
from . import quality_rate_chart_signal
from . import quality_rate_point
from . import quality_capa
