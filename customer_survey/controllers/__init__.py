from . import survey_unsubscribe
