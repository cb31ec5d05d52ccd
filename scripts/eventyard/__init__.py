"""eventyard: a deployment kit for event-driven systems on AWS."""
