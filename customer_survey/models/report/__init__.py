from . import survey_campaign
from . import survey_campaign_xlsx
