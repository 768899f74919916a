from . import survey_campaign
from . import survey_campaign_import
from . import survey_campaign_recipient
from . import survey_survey
from . import survey_user_input
