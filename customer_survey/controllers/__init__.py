from . import survey_campaign_template
from . import survey_entry
from . import survey_campaign_report
from . import survey_unsubscribe
