from . import survey_campaign_report
from . import survey_unsubscribe
