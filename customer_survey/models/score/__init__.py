from . import survey_campaign_score
from . import survey_campaign_item
from . import survey_campaign_copy
from . import survey_campaign_result
from . import survey_campaign
